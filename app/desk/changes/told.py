"""A brief with all that was found out about it."""

from __future__ import annotations

from dataclasses import dataclass

from app.desk.changes.again import Compared
from app.desk.changes.brief import Brief
from app.desk.changes.confirmations import ReadState
from app.desk.changes.golden import TouchedGolden
from app.desk.changes.touched import OpenDraft, TouchedAnswer


@dataclass(frozen=True, slots=True)
class Told:
    """``again`` is by the message's id, or the golden question's."""

    brief: Brief
    answers: tuple[TouchedAnswer, ...]
    golden: tuple[TouchedGolden, ...]
    drafts: tuple[OpenDraft, ...]
    again: dict[str, Compared]
    summary: str | None
    read: ReadState
