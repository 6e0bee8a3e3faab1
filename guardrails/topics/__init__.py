"""What a question is about that no document answers: danger, disputes, the press, or the wish for a person."""
