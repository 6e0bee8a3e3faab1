"""Parsing in processes of its own, each bounded in time and memory."""
