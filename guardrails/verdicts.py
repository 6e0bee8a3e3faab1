"""What every guard says: passed or not, how sure, and why in words a person can read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """The finding of one guard on one text."""

    guard: str
    code: str  # stable, for example ``injection`` or ``guard-failed``
    passed: bool
    score: float  # 0..1, how strongly the guard holds its finding
    reason: str
    instead: str | None = None  # what may stand in place of the text, where the guard can say that


@dataclass(frozen=True, slots=True)
class SentenceVerdict:
    """The finding of the sentence gate on one sentence of an answer."""

    supported: bool
    score: float  # 0..1, support by the evidence
    passages: tuple[int, ...]  # numbers of the passages that support it, ascending
    reasons: tuple[str, ...]
    codes: tuple[str, ...]
