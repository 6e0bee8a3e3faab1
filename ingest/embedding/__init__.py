"""Embedding models: the bundled default, any sentence-transformers model, and language centring."""
