"""Attempts to give the assistant orders, in a question or in what was retrieved."""
