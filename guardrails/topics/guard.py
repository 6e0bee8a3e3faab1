"""Recognises the topics of the policy in a question of any language."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import numpy as np

from guardrails.cues import Cues
from guardrails.guards import AskedText, Embed
from guardrails.topics.nearness import Nearness, fit_nearness
from guardrails.topics.policy import Topic, TopicsPolicy
from guardrails.verdicts import Verdict

CUES_PATH = Path(__file__).with_name("cues.yaml")
_CODE = "topic:"
_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+|[\n。！？।]+")
_MOST_PIECES = 12  # of a long letter the first and the last sentences are looked at one by one
_LEAST_LETTERS = 4


class TopicsGuard:
    """A topic is found by its cues or by nearness to its examples, in the whole text or in one of its sentences.

    Codes: ``topic:`` and the topic's name; the strongest finding first. One guard serves one embedding model: the
    examples are embedded once, by :meth:`prepare` or with the first question.

    :param nearness: what was fitted on the policy's examples before.
    """

    name = "topics"

    def __init__(self, policy: TopicsPolicy, nearness: Nearness | None = None) -> None:
        self._policy = policy
        self._cues = Cues.load(CUES_PATH)
        self._lock = threading.Lock()
        self._nearness = nearness

    def prepare(self, embed: Embed) -> None:
        """Embed the examples now, so that the first question need not wait."""
        self._fitted(embed)

    def topic(self, code: str) -> Topic | None:
        """The topic that a verdict's ``code`` names, with its way on."""
        return self._policy.named.get(code.removeprefix(_CODE)) if code.startswith(_CODE) else None

    def check(self, asked: AskedText) -> list[Verdict]:
        """The topics of the question.

        :raises GuardError: the vectors cannot be used.
        """
        if not self._policy.enabled or not asked.text.strip():
            return []
        found: dict[str, tuple[float, str]] = {}
        for name, words in self._cues.found(asked.text).items():
            if name in self._policy.named:
                found[name] = (1.0, f"it says “{words}”")
        for name, score in self._near(asked).items():
            if name not in found:
                found[name] = (score, f"it is near the topic's examples ({score:.2f})")
        ordered = sorted(found.items(), key=lambda item: -item[1][0])
        return [
            Verdict(self.name, _CODE + name, False, score, f"the question is of the topic “{name}”: {why}")
            for name, (score, why) in ordered
        ]

    def _near(self, asked: AskedText) -> dict[str, float]:
        """The topic nearest to the whole text, and that of each of its sentences, where it is near enough.

        One of each: topics have much in common, and what is nearest to one of them lies near others too.
        """
        nearness = self._fitted(asked.embed)
        near: dict[str, float] = {}
        for row, scores in enumerate(nearness.of(np.asarray(asked.embed(_pieces(asked.text), asked.language)))):
            column = int(scores.argmax())
            name, score = nearness.topics[column], float(scores[column])
            threshold = self._policy.named[name].threshold
            if score >= (max(threshold, self._policy.sentence_threshold) if row else threshold):
                near[name] = max(score, near.get(name, 0.0))
        return near

    def _fitted(self, embed: Embed) -> Nearness:
        with self._lock:
            if self._nearness is None:
                self._nearness = fit_nearness(self._policy, embed)
            return self._nearness


def _pieces(text: str) -> list[str]:
    """The whole text, and its sentences where it has several: a threat may stand at the end of a long letter."""
    sentences = [part.strip() for part in _SENTENCE_END.split(text)]
    sentences = [part for part in sentences if sum(letter.isalpha() for letter in part) >= _LEAST_LETTERS]
    if len(sentences) < 2:
        return [text]
    half = _MOST_PIECES // 2
    kept = sentences if len(sentences) <= _MOST_PIECES else [*sentences[:half], *sentences[-half:]]
    return [text, *kept]
