"""Wording of the generated corpus, a file for each language."""
