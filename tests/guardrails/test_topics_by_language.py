"""Topics of which somebody must hear at once are recognised in languages for which the policy has no examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from guardrails.cues import Cues
from guardrails.policy import load_policy
from guardrails.topics.guard import CUES_PATH
from prompts.library import languages

SENTENCES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("data").joinpath("topics.yaml").read_text(encoding="utf-8")
)


def said(ordinary: bool) -> Iterator[tuple[str, str]]:
    for by_topic in SENTENCES.values():
        for topic, texts in by_topic.items():
            if (topic == "ordinary") is ordinary:
                yield from ((topic, text) for text in texts)


@pytest.fixture(scope="module")
def cues() -> Cues:
    return Cues.load(CUES_PATH)


def test_every_language_has_examples_or_is_tried_here() -> None:
    of_policy = set.intersection(*(set(topic.examples) for topic in load_policy().topics.named.values()))
    assert of_policy | set(SENTENCES) == set(languages())


@pytest.mark.parametrize(("topic", "text"), said(ordinary=False))
def test_the_topic_is_recognised(cues: Cues, topic: str, text: str) -> None:
    assert topic in cues.found(text)
    assert topic in cues.found(text.upper())


@pytest.mark.parametrize(("_", "text"), said(ordinary=True))
def test_the_same_words_in_an_ordinary_question_are_left_alone(cues: Cues, _: str, text: str) -> None:
    assert cues.found(text) == {}
