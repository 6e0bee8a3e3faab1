"""Parsing: any supported file to one text with its sections, units and findings."""

from ingest.parsing.files import SUPPORTED, parse, parse_file

__all__ = ["SUPPORTED", "parse", "parse_file"]
