"""Drift: how what agents ask, and what becomes of it, differs from the weeks before and from the golden questions."""
