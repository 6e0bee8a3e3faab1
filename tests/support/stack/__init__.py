"""Homes on servers: with ``pytest --stack=server`` every home keeps rows in one PostgreSQL and vectors in one Chroma.

Tests need not know of it. ``homes`` gives each home a database of its own on either server, whoever opens it;
``servers`` starts both; the processes that tests start are reached by ``sitecustomize``.
"""
