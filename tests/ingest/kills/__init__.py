"""Updates killed at random moments while a reader asks."""
