"""Where documents come from: a source lists its items and reads one when asked."""

from ingest.sources.base import Source, SourceOptions, described, is_left_out
from ingest.sources.registry import open_source

__all__ = ["Source", "SourceOptions", "described", "is_left_out", "open_source"]
