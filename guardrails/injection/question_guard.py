"""The guard that looks for orders to the assistant in a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.guards import AskedText
from guardrails.injection.classifier import InjectionClassifier, load_classifier
from guardrails.injection.section import InjectionPolicy
from guardrails.injection.sentences import split_sentences
from guardrails.injection.signs import Signs, signs_of
from guardrails.tokens import content_words
from guardrails.verdicts import Verdict

_MOST_SENTENCES = 24  # that are embedded one by one; of a longer text several are taken together
_LEAST_WORDS = 2  # with content, of a sentence that is worth judging by itself, or answering


@dataclass(frozen=True, slots=True)
class _Judged:
    text: str
    signs: Signs
    probability: float


class InjectionQuestionGuard:
    """Refuses a question that is an attack, and strips one that holds an attack beside something ordinary.

    Code ``injection``; ``instead`` is the question without the sentences that attack, None when nothing is left.
    """

    name = "injection"

    def __init__(self, policy: InjectionPolicy, classifier: InjectionClassifier | None = None) -> None:
        self._policy = policy
        self._classifier = classifier or load_classifier()

    def check(self, asked: AskedText) -> Sequence[Verdict]:
        """:raises GuardError: when the embedding gives no usable vectors."""
        if not self._policy.enabled or not asked.text.strip():
            return ()
        pieces = _pieces(asked.text)
        whole, *parts = self._judged([asked.text, *(pieces if len(pieces) > 1 else ())], asked)
        worst = max([whole, *parts], key=lambda judged: judged.probability)
        if worst.probability < self._policy.question_threshold:
            return ()
        return (Verdict(self.name, "injection", False, worst.probability, _reason(worst), self._rest(parts, asked)),)

    def _judged(self, texts: Sequence[str], asked: AskedText) -> list[_Judged]:
        signs = [signs_of(text) for text in texts]
        if not self._policy.classifier:
            said: list[float | None] = [None] * len(texts)
        else:
            # What was decoded of a text speaks for it as much as the text itself.
            read = [
                (at, text)
                for at, each in enumerate(signs)
                if at == 0 or each.inner or _says_enough(texts[at], asked)
                for text in (texts[at], *each.inner)
            ]
            odds = self._classifier.log_odds(asked.embed([text for _, text in read], asked.language))
            said = [
                max((float(value) for (owner, _), value in zip(read, odds, strict=True) if owner == at), default=None)
                for at in range(len(texts))
            ]
        return [
            _Judged(text, each, self._classifier.probability(each, value))
            for text, each, value in zip(texts, signs, said, strict=True)
        ]

    def _rest(self, parts: Sequence[_Judged], asked: AskedText) -> str | None:
        """The sentences that do not attack, if they say something and do not attack together either."""
        kept = [part for part in parts if part.probability < self._policy.question_threshold]
        rest = " ".join(part.text for part in kept)
        if len(kept) == len(parts) or all(not _says_enough(part.text, asked) for part in kept):
            return None
        (judged,) = self._judged([rest], asked)
        return rest if judged.probability < self._policy.question_threshold else None


def _says_enough(text: str, asked: AskedText) -> bool:
    """Whether a sentence says something by itself; a word in brackets is neither an order nor a question."""
    return len(content_words(text, asked.language)) >= _LEAST_WORDS


def _pieces(text: str) -> list[str]:
    sentences = split_sentences(text)
    size = -(-len(sentences) // _MOST_SENTENCES)
    return [" ".join(sentences[at : at + size]) for at in range(0, len(sentences), max(1, size))]


def _reason(judged: _Judged) -> str:
    why = ", ".join(sorted(judged.signs.rules)) or "much like known attacks"
    worn = f", under {', '.join(judged.signs.disguises)}" if judged.signs.disguises else ""
    return f"the text gives the assistant orders ({why}{worn})"
