"""Customers played by rule or by a model: conversations of several turns, and what became of each turn."""
