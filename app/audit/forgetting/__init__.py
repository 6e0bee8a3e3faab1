"""Forgetting a person: finding all that is held about them, taking it out, and proving that it is gone."""
