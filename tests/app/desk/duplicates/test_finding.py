"""A ticket repeats an earlier one of the same customer that says the same, or anybody's in the same words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.desk.duplicates.finding import Candidate, Duplicate, find_duplicates
from app.desk.duplicates.policy import DuplicatesPolicy, load_duplicates_policy
from guardrails.errors import PolicyError
from guardrails.yamlfile import load_yaml

START = datetime(2026, 3, 1, tzinfo=UTC)
POLICY = load_duplicates_policy()


def found(*tickets: tuple[str, float, float], texts: dict[str, str] | None = None) -> dict[str, Duplicate]:
    """Tickets ``a``, ``b``, … as customer, days after the first, and angle from the first in degrees."""
    names = "abcdef"[: len(tickets)]
    candidates = [
        Candidate(name, customer, START + timedelta(days=days))
        for name, (customer, days, _) in zip(names, tickets, strict=True)
    ]
    angles = np.radians([angle for _, _, angle in tickets])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return find_duplicates(candidates, vectors, POLICY, lambda name: (texts or {}).get(name, ""))


def test_the_same_customer_within_hours_needs_less_likeness_than_days_later() -> None:
    at_once = found(("C-1", 0, 0), ("C-1", 0.1, 50))["b"]
    assert at_once.original == "a" and at_once.reason == "same-customer" and at_once.likeness > 0.9
    assert found(("C-1", 0, 0), ("C-1", 7, 50)) == {}
    assert found(("C-1", 0, 0), ("C-1", 7, 30))["b"].likeness > 0.8
    assert found(("C-1", 0, 0), ("C-1", 30, 0)) == {}


def test_somebody_else_must_use_nearly_the_same_words() -> None:
    assert found(("C-1", 0, 0), ("C-2", 0.1, 40)) == {}
    same = found(("C-1", 0, 0), ("C-2", 0.1, 5))["b"]
    assert (same.original, same.reason) == ("a", "same-text")


def test_tickets_on_different_orders_are_none_however_alike_they_are() -> None:
    texts = {"a": "Where is order MV-IT-25013380?", "b": "Where is order MV-IT-25013381?"}
    assert found(("C-1", 0, 0), ("C-1", 0.1, 5), texts=texts) == {}
    texts["b"] = "Still waiting, call me on 0660 1234567."
    assert found(("C-1", 0, 0), ("C-1", 0.1, 5), texts=texts)["b"].original == "a"
    texts["b"] = "Again: where is MV-IT-25013380?"
    assert found(("C-1", 0, 0), ("C-1", 0.1, 5), texts=texts)["b"].original == "a"


def test_the_third_of_its_kind_leads_to_the_first() -> None:
    chain = found(("C-1", 0, 0), ("C-1", 0.2, 40), ("C-1", 0.4, 80))
    assert {name: each.original for name, each in chain.items()} == {"b": "a", "c": "a"}


def test_a_policy_that_does_not_fit_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "duplicates.yaml"
    path.write_text("same_customer: {days: 1, threshold: 2, rise: 0, spread: 0.1}\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"duplicates\.yaml:1"):
        load_yaml(path, DuplicatesPolicy)
