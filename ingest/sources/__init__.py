"""Where documents come from: a source lists its items and reads one when asked."""

from ingest.sources.base import Source, described
from ingest.sources.registry import open_source

__all__ = ["Source", "described", "open_source"]
