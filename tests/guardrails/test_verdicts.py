"""Verdicts cannot be changed once given."""

from __future__ import annotations

import dataclasses

import pytest

from guardrails.verdicts import SentenceVerdict, Verdict


def test_a_verdict_is_frozen() -> None:
    for verdict in (Verdict("g", "c", False, 0.5, "r"), SentenceVerdict(False, 0.5, (), (), ())):
        with pytest.raises(dataclasses.FrozenInstanceError):
            verdict.score = 1.0  # type: ignore[misc]  # that it is refused is the point
