"""The duplicates of the sample's 260 tickets in 12 languages, with the bundled embedding model."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import ingest
from app.desk.duplicates.finding import Candidate, find_duplicates
from app.desk.duplicates.policy import load_duplicates_policy
from app.desk.tickets import SortedText, read_tickets, sorted_texts
from app.desk.triage.learning import vectors_of
from ingest.embedding.centring import CentredEmbedder
from ingest.sources.tickets import Ticket

SAMPLE = Path(ingest.__file__).parent / "sample" / "tickets.jsonl"


@pytest.fixture(scope="module")
def known() -> dict[str, dict[str, object]]:
    return {line["id"]: line for line in map(json.loads, SAMPLE.read_text(encoding="utf-8").splitlines())}


@pytest.fixture(scope="module")
def texts() -> list[SortedText]:
    return sorted_texts([each for each in read_tickets(SAMPLE) if isinstance(each, Ticket)])


@pytest.fixture(scope="module")
def vectors(texts: list[SortedText], embedder: CentredEmbedder) -> np.ndarray:
    return vectors_of(texts, embedder, lambda _done, _of: None).astype(np.float32)


def candidates(texts: list[SortedText], known: dict[str, dict[str, object]]) -> list[Candidate]:
    return [
        Candidate(
            each.id, str(known[each.id]["customer_id"]), datetime.fromisoformat(str(known[each.id]["created_at"]))
        )
        for each in texts
    ]


def test_all_are_found_and_nothing_else(
    texts: list[SortedText], vectors: np.ndarray, known: dict[str, dict[str, object]]
) -> None:
    said = {each.id: each.text for each in texts}
    found = find_duplicates(candidates(texts, known), vectors, load_duplicates_policy(), said.__getitem__)
    truth = {number: ticket["duplicate_of"] for number, ticket in known.items() if ticket["duplicate_of"]}
    assert len(truth) == 10
    assert {number: each.original for number, each in found.items()} == truth


def test_few_other_tickets_of_a_customer_are_taken_for_duplicates_even_if_they_came_at_once(
    texts: list[SortedText], vectors: np.ndarray, known: dict[str, dict[str, object]]
) -> None:
    """The hardest there is: other matters of the same customer, mostly the same order, within the hour."""
    said = {each.id: each.text for each in texts}
    policy, all_candidates = load_duplicates_policy(), candidates(texts, known)
    alarms = pairs = 0
    for place, ticket in enumerate(all_candidates):
        for other, earlier in enumerate(all_candidates[:place]):
            if earlier.customer_id != ticket.customer_id or known[ticket.id]["duplicate_of"] == earlier.id:
                continue
            pairs += 1
            moved = Candidate(ticket.id, ticket.customer_id, earlier.received_at + timedelta(hours=1))
            alarms += len(find_duplicates([earlier, moved], vectors[[other, place]], policy, said.__getitem__))
    assert pairs > 700
    assert alarms <= 0.08 * pairs
