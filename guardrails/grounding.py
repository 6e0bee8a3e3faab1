"""The sentence gate: no sentence of an answer stands that its citations do not support."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from guardrails.citations import parse_citations
from guardrails.errors import GuardError
from guardrails.policy import GroundingPolicy
from guardrails.quantities import Quantity, find_quantities
from guardrails.support import Claim, PassageLike, Support, Vectors, missing_quantities, support_by
from guardrails.tokens import content_words
from guardrails.verdicts import SentenceVerdict

Embed = Callable[[Sequence[str], str], Vectors]


class SentenceGate:
    """Checks the sentences of an answer against the passages it was written from.

    :param embed: vectors of texts in a language, shape (texts, dimensions), made as those of the passages' units.
    """

    def __init__(self, embed: Embed, policy: GroundingPolicy) -> None:
        self._embed = embed
        self._policy = policy

    def check(
        self, sentence: str, cited: Sequence[PassageLike], all_passages: Sequence[PassageLike], language: str
    ) -> SentenceVerdict:
        """Whether ``sentence`` is supported; any failure on the way is a finding ``guard-failed``, never a pass.

        Codes: ``bad-citation``, ``uncited``, ``citation-attached``, ``citation-corrected``, ``not-supported``,
        ``quantity-not-in-evidence``, ``no-content``, ``guard-failed``.

        :param cited: passages the sentence is known to cite, beside those its own markers name.
        :param language: ISO 639-1 code of the sentence.
        """
        try:
            return self._check(sentence, cited, all_passages, language)
        except Exception as error:  # whatever it is, a sentence that was not checked does not pass
            reason = f"the sentence could not be checked ({type(error).__name__}: {error})"
            return SentenceVerdict(False, 0.0, (), (reason,), ("guard-failed",))

    def _check(
        self, sentence: str, cited: Sequence[PassageLike], all_passages: Sequence[PassageLike], language: str
    ) -> SentenceVerdict:
        clean, markers = parse_citations(sentence)
        quantities = find_quantities(clean, language)
        words = content_words(clean, language)
        if not words and not quantities:
            return SentenceVerdict(False, 0.0, (), ("the sentence states nothing",), ("no-content",))
        passages = {passage.number: passage for passage in [*all_passages, *cited]}
        claim = Claim(clean, language, self._vector(clean, language), tuple(quantities))
        decision = _Decision(claim, passages, self._policy)
        unknown = [number for number in markers if number not in passages]
        numbers = sorted({passage.number for passage in cited} | (set(markers) & set(passages)))
        if not quantities and len(words) < self._policy.least_content_words:
            return decision.without_content(numbers)
        if unknown:
            decision.found("bad-citation", f"there is no passage {_brackets(unknown)}")
        if numbers:
            return decision.on_citations(numbers)
        return decision.refused(decision.best_score(passages)) if unknown else decision.uncited()

    def _vector(self, text: str, language: str) -> Vectors:
        vectors = np.asarray(self._embed([text], language), dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape[0] != 1 or not np.isfinite(vectors).all():
            raise GuardError(f"the embedding of the sentence is not one finite vector but has shape {vectors.shape}")
        vector: Vectors = vectors[0]
        return vector


class _Decision:
    """One sentence on its way to a verdict; collects what is found."""

    def __init__(self, claim: Claim, passages: Mapping[int, PassageLike], policy: GroundingPolicy) -> None:
        self._claim = claim
        self._passages = passages
        self._policy = policy
        self._support: dict[int, Support] = {n: support_by(p, claim, policy) for n, p in passages.items()}
        self._codes: list[str] = []
        self._reasons: list[str] = []

    def found(self, code: str, reason: str) -> None:
        self._codes.append(code)
        self._reasons.append(reason)

    def best_score(self, numbers: Iterable[int]) -> float:
        return max((self._support[number].score for number in numbers), default=0.0)

    def on_citations(self, numbers: Sequence[int]) -> SentenceVerdict:
        """By the passages it cites together, or by another one that takes their place."""
        score, missing = self.best_score(numbers), self._missing(numbers)
        if score >= self._policy.threshold and not missing:
            return self._supported(score, self._supporters(numbers))
        other = self._replacement(numbers)
        if other is not None:
            self.found("citation-corrected", f"{_brackets(numbers)} does not support the sentence, [{other}] does")
            return self._supported(self._support[other].score, (other,))
        if score < self._policy.threshold:
            self.found("not-supported", f"{_brackets(numbers)} does not say this (support {score:.2f})")
        for quantity in missing:
            self.found("quantity-not-in-evidence", f"{self._named(quantity)} is not in {_brackets(numbers)}")
        return self.refused(min(score, self._policy.unsupported_quantity_ceiling) if missing else score)

    def uncited(self) -> SentenceVerdict:
        """By a passage near enough that the missing citation can be given."""
        for number in self._nearest(self._passages):
            if self._support[number].similarity < self._policy.attach_similarity:
                break
            if self._support[number].score >= self._policy.threshold and not self._missing([number]):
                self.found("citation-attached", f"the sentence cites nothing; [{number}] supports it")
                return self._supported(self._support[number].score, (number,))
        self.found("uncited", "the sentence cites no passage, and none is near enough to cite for it")
        return self.refused(min(self.best_score(self._passages), self._policy.unsupported_quantity_ceiling))

    def without_content(self, numbers: Sequence[int]) -> SentenceVerdict:
        """A sentence such as "Yes." stands only where a passage says just that."""
        self.found("no-content", "the sentence states no fact that could be checked")
        nearest = next(iter(self._nearest(numbers or self._passages)), None)
        if nearest is None or self._support[nearest].similarity < self._policy.no_content_similarity:
            return self.refused(0.0)
        return self._supported(self._support[nearest].score, (nearest,))

    def refused(self, score: float) -> SentenceVerdict:
        return SentenceVerdict(False, score, (), tuple(self._reasons), tuple(dict.fromkeys(self._codes)))

    def _supported(self, score: float, numbers: tuple[int, ...]) -> SentenceVerdict:
        return SentenceVerdict(True, score, numbers, tuple(self._reasons), tuple(dict.fromkeys(self._codes)))

    def _missing(self, numbers: Iterable[int]) -> list[Quantity]:
        return missing_quantities(self._claim, [self._passages[number] for number in numbers])

    def _supporters(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Of the cited passages those that support by themselves, and those that alone hold a quantity."""
        chosen = {n for n in numbers if self._support[n].score >= self._policy.threshold}
        for number in numbers:
            if number not in chosen and len(self._missing(chosen | {number})) < len(self._missing(chosen)):
                chosen.add(number)
        return tuple(sorted(chosen))

    def _replacement(self, numbers: Sequence[int]) -> int | None:
        for number in self._nearest(n for n in self._passages if n not in numbers):
            if self._support[number].score >= self._policy.correction_threshold and not self._missing([number]):
                return number
        return None

    def _nearest(self, numbers: Iterable[int]) -> list[int]:
        return sorted(numbers, key=lambda number: (-self._support[number].score, number))

    def _named(self, quantity: Quantity) -> str:
        return f"{quantity.kind} {self._claim.text[quantity.start : quantity.end].strip()}"


def _brackets(numbers: Iterable[int]) -> str:
    return ", ".join(f"[{number}]" for number in numbers)
