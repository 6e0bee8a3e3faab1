"""Sentences of an answer for tests of the guards that look at them."""

from __future__ import annotations

from guardrails.guards import DraftSentence
from tests.guardrails.support_gate import Passage, embed


def drafted(text: str, evidence: str = "", language: str = "en", written: str | None = None) -> DraftSentence:
    """A sentence that cites one passage, whose units are the lines of ``evidence``."""
    passages = [Passage(1, evidence, language)] if evidence else []
    return DraftSentence(text, text if written is None else written, language, passages, passages, "", embed)
