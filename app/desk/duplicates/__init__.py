"""Tickets that say again what an earlier one said: how probable that is, and why."""
