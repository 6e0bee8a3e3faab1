"""The sentence gate: no sentence of an answer stands that its citations do not support."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from guardrails.citations import parse_citations
from guardrails.entailment import load_gate_model
from guardrails.errors import GuardError
from guardrails.identifiers import identifiers, plain
from guardrails.judging import Judge
from guardrails.policy import GroundingPolicy
from guardrails.quantities import Quantity, find_quantities
from guardrails.support import (
    Claim,
    PassageLike,
    Support,
    Vectors,
    likeness_to,
    missing_quantities,
    support_by,
)
from guardrails.tokens import content_words
from guardrails.verdicts import SentenceVerdict

Embed = Callable[[Sequence[str], str], Vectors]
Value = TypeVar("Value")
_CLEARLY = 0.1  # more support by likeness alone


class SentenceGate:
    """Checks the sentences of an answer against the passages it was written from.

    :param embed: vectors of texts in a language, shape (texts, dimensions), made as those of the passages' units.
    :param judge: asked about sentences that passed; it can refuse them.
    """

    def __init__(self, embed: Embed, policy: GroundingPolicy, judge: Judge | None = None) -> None:
        self._embed = embed
        self._policy = policy
        self._judge = judge

    def check(
        self,
        sentence: str,
        cited: Sequence[PassageLike],
        all_passages: Sequence[PassageLike],
        language: str,
        asked: str = "",
    ) -> SentenceVerdict:
        """Whether ``sentence`` is supported; any failure on the way is a finding ``guard-failed``, never a pass.

        Codes: ``bad-citation``, ``uncited``, ``citation-attached``, ``citation-corrected``, ``not-supported``,
        ``quantity-not-in-evidence``, ``no-content``, ``guard-failed``, ``judged-unsupported``, and those of
        :mod:`guardrails.entailment.rules`.

        :param cited: passages the sentence is known to cite, beside those its own markers name.
        :param language: ISO 639-1 code of the sentence.
        :param asked: what the asker wrote; the numbers of orders and customers in it need no evidence.
        """
        try:
            verdict = self._check(sentence, cited, all_passages, language, asked)
            return self._judged(sentence, verdict, cited, all_passages)
        except Exception as error:  # whatever it is, a sentence that was not checked does not pass
            reason = f"the sentence could not be checked ({type(error).__name__}: {error})"
            return SentenceVerdict(False, 0.0, (), (reason,), ("guard-failed",))

    def _check(
        self,
        sentence: str,
        cited: Sequence[PassageLike],
        all_passages: Sequence[PassageLike],
        language: str,
        asked: str,
    ) -> SentenceVerdict:
        clean, markers = parse_citations(sentence)
        quantities = _unasked(clean, find_quantities(clean, language), asked)
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

    def _judged(
        self, sentence: str, verdict: SentenceVerdict, cited: Sequence[PassageLike], others: Sequence[PassageLike]
    ) -> SentenceVerdict:
        """The verdict, or a refusal where the judge does not see the support."""
        if self._judge is None or not verdict.supported:
            return verdict
        texts = {passage.number: passage.text for passage in [*others, *cited]}
        probability = self._judge(parse_citations(sentence)[0], [texts[number] for number in verdict.passages])
        if probability >= self._policy.judge_threshold:
            return verdict
        reasons = (*verdict.reasons, f"the judge does not find it in {_brackets(verdict.passages)}")
        score = min(verdict.score, probability)
        return SentenceVerdict(False, score, (), reasons, (*verdict.codes, "judged-unsupported"))

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
        self._model = load_gate_model()
        # Held against the claim when they are needed: mostly it is the cited ones that support it, and no others.
        self._likeness = _Lazily(lambda number: likeness_to(passages[number], claim))
        self._alone = _Lazily(lambda number: self._together([number]))
        self._codes: list[str] = []
        self._reasons: list[str] = []

    def found(self, code: str, reason: str) -> None:
        self._codes.append(code)
        self._reasons.append(reason)

    def best_score(self, numbers: Iterable[int]) -> float:
        return max((self._alone[number].score for number in numbers), default=0.0)

    def on_citations(self, numbers: Sequence[int]) -> SentenceVerdict:
        """By the passages it cites together, or by another one that takes their place."""
        support, missing = self._support(numbers), self._missing(numbers)
        if support.score >= self._policy.threshold and not missing:
            return self._supported(support.score, self._supporters(numbers))
        other = self._replacement(numbers, support, bool(missing))
        if other is not None:
            self.found("citation-corrected", f"{_brackets(numbers)} does not support the sentence, [{other}] does")
            return self._supported(self._alone[other].score, (other,))
        self._why(support, _brackets(numbers))
        for quantity in missing:
            self.found("quantity-not-in-evidence", f"{self._named(quantity)} is not in {_brackets(numbers)}")
        score = support.score
        return self.refused(min(score, self._policy.unsupported_quantity_ceiling) if missing else score)

    def uncited(self) -> SentenceVerdict:
        """By a passage near enough that the missing citation can be given."""
        for number in self._nearest(self._passages):
            support = self._alone[number]
            if support.similarity < self._policy.attach_similarity:
                break
            if support.score >= self._policy.threshold and not self._missing([number]):
                self.found("citation-attached", f"the sentence cites nothing; [{number}] supports it")
                return self._supported(support.score, (number,))
            if support.findings and support.likeness >= self._policy.threshold:
                self._why(support, f"[{number}]")  # what the nearest passage contradicts is not looked for elsewhere
                break
        self.found("uncited", "the sentence cites no passage, and none is near enough to cite for it")
        return self.refused(min(self.best_score(self._passages), self._policy.unsupported_quantity_ceiling))

    def without_content(self, numbers: Sequence[int]) -> SentenceVerdict:
        """A sentence such as "Yes." stands only where a passage says just that."""
        self.found("no-content", "the sentence states no fact that could be checked")
        nearest = next(iter(self._nearest(numbers or self._passages)), None)
        if nearest is None or self._alone[nearest].similarity < self._policy.no_content_similarity:
            return self.refused(0.0)
        return self._supported(self._alone[nearest].score, (nearest,))

    def refused(self, score: float) -> SentenceVerdict:
        return SentenceVerdict(False, score, (), tuple(self._reasons), tuple(dict.fromkeys(self._codes)))

    def _supported(self, score: float, numbers: tuple[int, ...]) -> SentenceVerdict:
        return SentenceVerdict(True, score, numbers, tuple(self._reasons), tuple(dict.fromkeys(self._codes)))

    def _together(self, numbers: Sequence[int]) -> Support:
        return support_by([self._likeness[number] for number in numbers], self._claim, self._model)

    def _support(self, numbers: Sequence[int]) -> Support:
        """Of one of the passages, or of all together where the sentence says more than any of them."""
        alone = [self._alone[number] for number in numbers]
        return max([*alone, self._together(numbers)] if len(numbers) > 1 else alone, key=lambda of: of.score)

    def _why(self, support: Support, named: str) -> None:
        """Why the support is too weak, if it is."""
        if support.score >= self._policy.threshold:
            return
        if support.likeness < self._policy.threshold or not support.findings:
            self.found("not-supported", f"{named} does not say this (support {support.score:.2f})")
            return  # what it turns round of a passage about something else would mislead
        for finding in support.findings:
            self.found(finding.code, f"{named}: {finding.reason}")

    def _missing(self, numbers: Iterable[int]) -> list[Quantity]:
        return missing_quantities(self._claim, [self._passages[number] for number in numbers])

    def _supporters(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Of the cited passages those that support by themselves, and those that alone hold a quantity."""
        chosen = {n for n in numbers if self._alone[n].score >= self._policy.threshold}
        for number in numbers:
            if number not in chosen and len(self._missing(chosen | {number})) < len(self._missing(chosen)):
                chosen.add(number)
        return tuple(sorted(chosen)) or tuple(numbers)  # none by itself, all together

    def _replacement(self, numbers: Sequence[int], cited: Support, lacks_quantity: bool) -> int | None:
        """Another passage that supports the sentence.

        It must be clearly nearer than a cited one that contradicts the sentence or says another amount: the amount may
        stand in it beside something else.
        """
        least = cited.likeness + _CLEARLY if cited.findings or lacks_quantity else 0.0
        for number in self._nearest(n for n in self._passages if n not in numbers):
            support = self._alone[number]
            enough = support.score >= self._policy.correction_threshold and support.likeness >= least
            if enough and not self._missing([number]):
                return number
        return None

    def _nearest(self, numbers: Iterable[int]) -> list[int]:
        return sorted(numbers, key=lambda number: (-self._alone[number].likeness, number))

    def _named(self, quantity: Quantity) -> str:
        return f"{quantity.kind} {self._claim.text[quantity.start : quantity.end].strip()}"


class _Lazily(dict[int, Value]):
    """Values by the passage's number, each made when it is first asked for."""

    def __init__(self, make: Callable[[int], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> Value:
        made = self[number] = self._make(number)
        return made


def _unasked(text: str, quantities: Sequence[Quantity], asked: str) -> list[Quantity]:
    """The quantities but for the numbers of orders and the like that the asker gave."""
    given = identifiers(text) & identifiers(asked)
    return [
        quantity
        for quantity in quantities
        if quantity.kind not in ("code", "number")
        or not any(plain(text[quantity.start : quantity.end]).strip() in each for each in given)
    ]


def _brackets(numbers: Iterable[int]) -> str:
    return ", ".join(f"[{number}]" for number in numbers)
