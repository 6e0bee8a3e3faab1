"""Agents who use the page all at once, for as long as somebody wants to know."""
