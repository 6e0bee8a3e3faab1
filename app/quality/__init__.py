"""Kept evaluation runs as the page reads them; the eval room makes them."""
