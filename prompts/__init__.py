"""Prompt templates and fixed phrases, as data files, and the library that loads and fills them."""
