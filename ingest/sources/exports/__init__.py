"""Ticket exports as Zendesk, Freshdesk and Jira write them."""

from ingest.sources.exports.sniff import open_export
from ingest.sources.exports.source import ExportSource

__all__ = ["ExportSource", "open_export"]
