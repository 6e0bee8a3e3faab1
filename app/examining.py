"""One sentence of a model through the sentence gate and the guards, and whether it is worth writing anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from app.composer import AnswerComposer
from app.plain import plain_sentence
from app.retrieval.passages import Passage
from app.retrieval.resting import WrittenSentence
from guardrails.citations import parse_citations
from guardrails.gate import Gate, Ran
from guardrails.grounding import SentenceGate
from guardrails.guards import DraftSentence, Embed
from guardrails.running import run_guard
from guardrails.verdicts import SentenceVerdict, Verdict

_GROUNDING = "grounding"
# What a second look at the passages can mend. Orders, leaks, other people's data and guards that failed are not here:
# whoever wrote them would only get another try.
_UNSUPPORTED = frozenset(
    (
        *("bad-citation", "citation-attached", "citation-corrected", "uncited", "not-supported", "judged-unsupported"),
        *("quantity-not-in-evidence", "entity-not-in-evidence", "commitment-not-in-evidence", "denied", "modality"),
        *("exception-dropped", "overgeneralised", "comparison-turned", "swapped"),
    )
)

EmbedSentence = Callable[[str, str], WrittenSentence]  # of a sentence and its language


@dataclass(frozen=True, slots=True)
class Checks:
    """What every sentence goes through: first its support by the passages, then the guards.

    :param repairs: how many refused sentences of an answer may be written anew.
    """

    support: SentenceGate
    guards: Gate
    asked: str  # the question and what the asker wrote before
    sentence: EmbedSentence
    embed: Embed
    repairs: int = 0


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found of one sentence."""

    text: str  # as it would be shown
    written: str  # as the model wrote it
    cited: Sequence[Passage]
    supporting: Sequence[Passage]
    verdict: SentenceVerdict
    objections: Sequence[Verdict]  # of the guards, which look at what is grounded

    @property
    def grounded(self) -> bool:
        return self.verdict.supported and bool(self.supporting)

    @property
    def passed(self) -> bool:
        return self.grounded and not self.objections

    @property
    def findings(self) -> tuple[str, ...]:
        """What is wrong with it, with the prompt's numbers of the passages."""
        return tuple(each.reason for each in self.objections) or self.verdict.reasons

    @property
    def codes(self) -> frozenset[str]:
        return frozenset((*self.verdict.codes, *(each.code for each in self.objections)))


class Examiner:
    """Looks at the sentences of one answer; what guards found and cost goes into ``composer``."""

    def __init__(self, passages: Sequence[Passage], checks: Checks, composer: AnswerComposer) -> None:
        self._passages = passages
        self._checks = checks
        self._composer = composer

    def plain(self, written: str) -> str:
        """The sentence without what models add around it, its citations aside; empty where it says nothing."""
        return _said(parse_citations(plain_sentence(written, self._composer.language))[0])

    def examine(self, written: str, besides: Sequence[Passage] = ()) -> Examined:
        """Hold one sentence against the passages, and let the guards look at it when it is grounded.

        :param besides: passages that it rests on without citing them.
        """
        with self._composer.trace.step("sentence") as step:
            found = self._examined(written, besides)
            step.set(support=found.verdict.score, supported=found.grounded, findings=sorted(found.codes))
        return found

    def _examined(self, written: str, besides: Sequence[Passage]) -> Examined:
        sentence = plain_sentence(written, self._composer.language)
        text, numbers = parse_citations(sentence)
        cited = [passage for passage in self._passages if passage.number in numbers or passage in besides]
        verdict = self._support(sentence, cited)
        supporting = [passage for passage in self._passages if passage.number in verdict.passages]
        found = Examined(_said(text), written, cited, supporting, verdict, ())
        if not found.grounded:
            return found
        return Examined(found.text, written, cited, supporting, verdict, self._objections(found))

    def reasons(self, found: Examined) -> list[str]:
        """What is to say of the sentence, with titles for the prompt's numbers."""
        said = (*found.verdict.reasons, *(objection.reason for objection in found.objections))
        return [_with_titles(reason, self._passages) for reason in said]

    def is_worth_repairing(self, found: Examined) -> bool:
        """Whether it lacks support and nothing else; the guards look at it, too, where it failed before them."""
        codes = found.codes
        if codes and codes <= _UNSUPPORTED and not found.grounded:
            codes |= {objection.code for objection in self._objections(found)}
        return bool(codes) and codes <= _UNSUPPORTED

    def _objections(self, found: Examined) -> Sequence[Verdict]:
        evidence = [each for each in self._passages if each in found.supporting or each in found.cited]
        checks = self._checks
        language = self._composer.language
        draft = DraftSentence(found.text, found.written, language, evidence, self._passages, checks.asked, checks.embed)
        ran = checks.guards.check_sentence(draft)
        self._composer.heard("sentence", ran)
        return [objection for one in ran for objection in one.objections]

    def _support(self, sentence: str, cited: Sequence[Passage]) -> SentenceVerdict:
        """The verdict of the sentence gate, which is a guard like the others: it has its time, and may fail."""
        checks = self._checks
        check = partial(checks.support.check, sentence, cited, self._passages, self._composer.language, checks.asked)
        outcome = run_guard(_GROUNDING, check, checks.guards.seconds)
        verdict = outcome.result
        if verdict is None:
            reasons = (outcome.failure.reason,) if outcome.failure else ()
            verdict = SentenceVerdict(False, 0.0, (), reasons, ("guard-failed",))
        said = tuple(
            Verdict(_GROUNDING, code, verdict.supported, 1 - verdict.score, reason)
            for code, reason in zip(verdict.codes, verdict.reasons, strict=False)
        )
        self._composer.heard("sentence", [Ran(_GROUNDING, said, outcome.milliseconds)])
        return verdict


def _said(text: str) -> str:
    """What a sentence says, its citations taken out; empty where that is nothing."""
    text = text.lstrip(" :;,")
    return text if any(character.isalnum() for character in text) else ""


def _with_titles(reason: str, passages: Sequence[Passage]) -> str:
    """Titles for the prompt's passage numbers, which a reader would take for the answer's citations."""
    titles = {str(passage.number): f"“{passage.title}”" for passage in passages}
    return re.sub(r"\[(\d+)\]", lambda mark: titles.get(mark[1], mark[0]), reason)
