"""Sentences that a person wrote or changed, through the gate that a model's sentences go through.

Nothing is taken away from a person: what lacks support or promises something is marked. Other people's data and secrets
are refused, and so is everything where the guard that looks for them failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from app.answers import Citation
from app.retrieval.given import given_passage
from app.retrieval.passages import Passage
from app.retrieval.written import embed_written
from guardrails.gate import Gate
from guardrails.grounding import SentenceGate
from guardrails.guards import DraftSentence
from guardrails.policy import GroundingPolicy
from guardrails.running import FAILED, run_guard
from guardrails.verdicts import SentenceVerdict, Verdict

if TYPE_CHECKING:
    from ingest.embedding.centring import CentredEmbedder

_FORBIDDING = frozenset(("leaks", "other-people"))
_TRIED = 3  # sources that are nearest to the sentence


class CheckedSentence(BaseModel):
    """A sentence with what was found of it.

    :param supported: a source says it, or it states nothing that a source would have to say.
    :param forbidden: it must not go out: it holds a secret or somebody else's data, or could not be looked at for them.
    :param sources: numbers of the citations that support it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    supported: bool
    score: float
    codes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    forbidden: bool = False
    sources: tuple[int, ...] = ()

    @property
    def marked(self) -> bool:
        """Whether a person should look at it before it goes out."""
        return not self.supported or bool(self.codes)


class Rechecker:
    """Holds sentences against what a draft cited, whatever has become of the documents since.

    :param embedder: makes the vectors of sentences and sources alike.
    """

    def __init__(self, grounding: GroundingPolicy, gate: Gate, embedder: CentredEmbedder) -> None:
        self._embed = embed_written(embedder)
        self._support = SentenceGate(self._embed, grounding)
        self._gate = gate
        self._embedder = embedder

    def check(
        self, sentences: Sequence[str], sources: Sequence[Citation], language: str, known: str
    ) -> list[CheckedSentence]:
        """What was found of each sentence.

        :param language: that the sentences should be in.
        :param known: what the one who reads them said or was told before; names and numbers in it are theirs.
        """
        passages, numbers = self._passages(sources)
        return [self._checked(sentence, passages, numbers, language, known) for sentence in sentences]

    def _passages(self, sources: Sequence[Citation]) -> tuple[list[Passage], dict[int, tuple[int, ...]]]:
        """The cited passages, each once, and the numbers of the citations in each."""

        def place(citation: Citation) -> tuple[str, int, int]:
            return citation.document, citation.version, citation.passage_start

        passages: list[Passage] = []
        numbers: dict[int, tuple[int, ...]] = {}
        for number, (_, grouped) in enumerate(groupby(sorted(sources, key=place), key=place), 1):
            of_it = list(grouped)
            first = of_it[0]
            title = "\n".join((first.title, *first.heading))
            passage = given_passage(number, first.passage or first.quote, first.language, self._embedder, title)
            if first.history:  # the customer's own
                version = replace(passage.chunk.version, kind="ticket", customer_id="own")
                passage = replace(passage, chunk=replace(passage.chunk, version=version))
            passages.append(passage)
            numbers[number] = tuple(citation.n for citation in of_it)
        return passages, numbers

    def _checked(
        self,
        sentence: str,
        passages: Sequence[Passage],
        numbers: dict[int, tuple[int, ...]],
        language: str,
        known: str,
    ) -> CheckedSentence:
        verdict = self._supported(sentence, passages, language, known)
        cited = [passage for passage in passages if passage.number in verdict.passages]
        objections = self._objections(sentence, cited or passages, passages, language, known)
        codes = list(dict.fromkeys(each.code for each in objections))
        reasons = [each.reason for each in objections]
        says_nothing = verdict.codes == ("no-content",)
        if not (verdict.supported or says_nothing):
            codes = [*verdict.codes, *codes] or [FAILED]
            reasons = [*verdict.reasons, *reasons]
        return CheckedSentence(
            text=sentence,
            supported=verdict.supported or says_nothing,
            score=verdict.score,
            codes=tuple(codes),
            reasons=tuple(reasons),
            forbidden=any(each.guard in _FORBIDDING for each in objections),
            sources=tuple(number for each in verdict.passages for number in numbers.get(each, ())),
        )

    def _supported(self, sentence: str, passages: Sequence[Passage], language: str, known: str) -> SentenceVerdict:
        """By one of the sources that are nearest; by several together only what each of them says is supported."""
        verdicts = []
        for passage in self._nearest(sentence, passages, language):
            verdict = self._verdict(sentence, [passage], passages, language, known)
            if verdict.supported or FAILED in verdict.codes:
                return verdict
            verdicts.append(verdict)
        return verdicts[0] if verdicts else self._verdict(sentence, [], passages, language, known)

    def _verdict(
        self, sentence: str, cited: Sequence[Passage], passages: Sequence[Passage], language: str, known: str
    ) -> SentenceVerdict:
        check = partial(self._support.check, sentence, cited, passages, language, known)
        outcome = run_guard("grounding", check, self._gate.seconds)
        if outcome.result is not None:
            return outcome.result
        return SentenceVerdict(False, 0.0, (), (outcome.failure.reason,) if outcome.failure else (), (FAILED,))

    def _nearest(self, sentence: str, passages: Sequence[Passage], language: str) -> list[Passage]:
        vector = self._embed([sentence], language)[0]
        likeness = {passage.number: float((passage.unit_vectors @ vector).max()) for passage in passages}
        return sorted(passages, key=lambda passage: -likeness[passage.number])[:_TRIED]

    def _objections(
        self,
        sentence: str,
        cited: Sequence[Passage],
        passages: Sequence[Passage],
        language: str,
        known: str,
    ) -> list[Verdict]:
        """Of every guard: one that is behind another must not be passed over because that one objects."""
        draft = DraftSentence(sentence, sentence, language, cited, passages, known, self._embed)
        alone = [Gate(sentences=(guard,), seconds=self._gate.seconds) for guard in self._gate.sentences]
        return [objection for gate in alone for one in gate.check_sentence(draft) for objection in one.objections]
