"""Rewritten follow-ups find their documents; as typed, about half of them do (``comparison.py`` prints the figures)."""

from __future__ import annotations

from pathlib import Path

from app.retrieval.search import PassageSearch
from ingest.knowledge import open_knowledge
from ingest.settings import IngestSettings
from tests.app.followups.comparison import rank, recall, rewritten
from tests.app.followups.conversations import read_conversations

SOME = [c for c in read_conversations("_later") if c.kind != "alone"][::3]


def test_rewritten_follow_ups_find_the_document_that_answers(sample_home: Path) -> None:
    with open_knowledge(IngestSettings(home=sample_home)) as knowledge:
        search = PassageSearch(knowledge)
        found = [rank(search, conversation, rewritten) for conversation in SOME]
    assert recall(found, 3) >= 0.85
