"""Answers that give something away, or order their reader about, in languages that the hostile set does not have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from guardrails.leaks.guard import LeaksGuard
from guardrails.policy import load_policy
from tests.guardrails.drafts import drafted

SENTENCES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("data").joinpath("leaks.yaml").read_text(encoding="utf-8")
)


def written(ordinary: bool) -> Iterator[tuple[str, str, str]]:
    for language, by_code in SENTENCES.items():
        for code, texts in by_code.items():
            if (code == "ordinary") is ordinary:
                yield from ((language, code, text) for text in texts)


@pytest.fixture(scope="module")
def guard() -> LeaksGuard:
    return LeaksGuard(load_policy().leaks, [])


@pytest.mark.parametrize(("language", "code", "text"), written(ordinary=False))
def test_it_is_found(guard: LeaksGuard, language: str, code: str, text: str) -> None:
    assert code in {verdict.code for verdict in guard.check(drafted(text, "Opening hours", language))}


@pytest.mark.parametrize(("language", "_", "text"), written(ordinary=True))
def test_ordinary_sentences_are_left_alone(guard: LeaksGuard, language: str, _: str, text: str) -> None:
    assert guard.check(drafted(text, "Opening hours", language)) == []
