"""Customers played by rule: conversations of several turns, and what became of each turn."""
