"""Golden questions that a change touches: their right answer stands in a document that says something else now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from app.desk.changes.brief import Brief
from app.desk.changes.normal import normal
from app.golden import GoldenQuestion


@dataclass(frozen=True, slots=True)
class TouchedGolden:
    """A golden question; ``quote_gone`` where the words that answer it are not there any more."""

    id: str
    question: str
    language: str
    quote: str
    quote_gone: bool


def touched_golden(brief: Brief, questions: Sequence[GoldenQuestion]) -> list[TouchedGolden]:
    """The questions whose answer a change touches."""
    if brief.what == "new":
        return []
    address = unquote(brief.uri)
    changed = [normal(change.old, change.language).letters for change in brief.changes if change.old]
    found = []
    for each in questions:
        if not any(address.endswith(f"/{path}") or path == brief.document for path in each.documents):
            continue
        letters = normal(each.quote, brief.language).letters
        gone = brief.what == "retired" or any(letters and (letters in old or old in letters) for old in changed)
        if gone or not each.quote:
            found.append(TouchedGolden(each.id, each.question, each.language or brief.language, each.quote, gone))
    return found
