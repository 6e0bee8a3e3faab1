"""Giving an answer again to whoever asks the same, for as long as nothing changed that it depends on."""
