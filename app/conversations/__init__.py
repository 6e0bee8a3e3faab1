"""Conversations, their messages and ratings, kept in a database so that a reload or a restart loses nothing."""
