"""What is imported ahead for files of which only the names are known."""

from __future__ import annotations

import importlib.util

import pytest

from ingest.parsing import SUPPORTED
from ingest.parsing.files import READERS
from ingest.parsing.libraries import ALWAYS, EVERYTHING, libraries_for


@pytest.mark.parametrize("suffix", sorted(SUPPORTED))
def test_the_reader_of_every_format_is_among_its_libraries(suffix: str) -> None:
    module = f"ingest.parsing.{READERS[suffix][0]}"
    found = libraries_for([f"file:///docs/paper{suffix.upper()}"])
    assert module in ALWAYS or module in found


def test_plain_text_needs_nothing_more_and_markdown_no_spreadsheets() -> None:
    assert libraries_for(["file:///docs/a.txt"]) == ()
    assert "pandas" not in libraries_for(["file:///docs/a.txt", "file:///docs/eu.zip!/b.md"])


def test_what_may_be_anything_needs_everything() -> None:
    assert libraries_for(["https://example.com/help"]) == EVERYTHING


def test_all_of_them_can_be_imported() -> None:
    assert all(importlib.util.find_spec(module) for module in (*ALWAYS, *EVERYTHING))
