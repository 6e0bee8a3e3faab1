"""Put an answer together: sentences as they pass the gate, citations as they are first used, what contradicts them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.answers import (
    Action,
    Answer,
    AskedBack,
    Attempt,
    Citation,
    Contradiction,
    Finding,
    GuardCost,
    MadeWith,
    Sentence,
    Timings,
    Understanding,
    Usage,
)
from app.citing import cite, cite_contradictions
from app.limiting import limited_by, untold
from app.retrieval.contradictions import find_contradictions
from app.retrieval.passages import Passage
from app.retrieval.search import Found
from app.telemetry.steps import NO_TRACE, Trace
from guardrails.gate import Ran
from guardrails.running import FAILED
from ingest.documents import Unit

_MOST_CONTRADICTIONS = 3  # two papers that differ do so in many places
_NO_SPACE_AFTER = tuple("。！？」』】")


@dataclass(frozen=True, slots=True)
class Written:
    """What one model wrote, set aside."""

    model: str
    shown: tuple[Sentence, ...]
    withheld: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


class AnswerComposer:
    """Collects what one question's answer consists of."""

    def __init__(self, language: str, trace: Trace = NO_TRACE) -> None:
        self.language = language
        self.trace = trace
        self.confidence = 0.0
        self.model = "quoting"
        self.understood: Understanding | None = None
        self.made_with: MadeWith | None = None
        self.asked_back: AskedBack | None = None
        self.usage = Usage()
        self.reasons: list[str] = []
        self.notices: list[str] = []
        self.attempts: list[Attempt] = []
        self.found = Found([], [])
        self.retrieval_ms = 0.0
        self.guards_ms = 0.0
        self._started = time.perf_counter()
        self._first_token_ms = 0.0
        self._shown: list[Sentence] = []
        self._withheld: list[Sentence] = []
        self._citations: list[Citation] = []
        self._findings: list[Finding] = []
        self._costs: dict[str, GuardCost] = {}

    @property
    def has_sentences(self) -> bool:
        return bool(self._shown)

    @property
    def has_withheld(self) -> bool:
        return bool(self._withheld)

    def knows(self, text: str) -> bool:
        """Whether this very sentence was shown or withheld before."""
        return any(sentence.text == text for sentence in (*self._shown, *self._withheld))

    def elapsed_ms(self) -> float:
        return (time.perf_counter() - self._started) * 1000

    def note_first_token(self) -> None:
        self._first_token_ms = self._first_token_ms or self.elapsed_ms()

    @property
    def number_shown(self) -> int:
        return len(self._shown)

    @property
    def number_withheld(self) -> int:
        return len(self._withheld)

    def found_in(self, about: Literal["question", "passage", "sentence"]) -> list[str]:
        """The codes of what guards found so far."""
        return [each.code for each in self._findings if each.about == about]

    def withheld_for(self, reason: str) -> bool:
        """Whether a sentence was withheld for this very reason."""
        return any(reason in each.reasons for each in self._withheld)

    def show(
        self,
        text: str,
        score: float,
        cited: Sequence[tuple[Passage, Unit]],
        reasons: Sequence[str] = (),
        instead_of: Sentence | None = None,
        place: int | None = None,
    ) -> tuple[Sentence, tuple[Citation, ...]]:
        """Add a supported sentence; returns it with the citations that are new with it.

        :param instead_of: the withheld sentence that this is the second try of.
        :param place: index among the sentences that are shown; behind them when None.
        """
        new: list[Citation] = []
        numbers: list[int] = []
        for passage, unit in cited:
            number, added = self._number(passage, unit)
            numbers.append(number)
            if added:
                new.append(self._citations[-1])
        sentence = Sentence(
            text=text,
            supported=True,
            score=score,
            citations=tuple(dict.fromkeys(numbers)),
            reasons=tuple(reasons),
            instead_of=instead_of,
        )
        self._shown.insert(len(self._shown) if place is None else place, sentence)
        self._withheld = [each for each in self._withheld if each != instead_of]
        return sentence, tuple(new)

    def withhold(self, text: str, score: float, reasons: Sequence[str], instead_of: Sentence | None = None) -> Sentence:
        """Keep a sentence that did not pass, for the record; it is no part of the answer.

        :param instead_of: as :meth:`show` has it; the new one takes its place in the record.
        """
        sentence = Sentence(text=text, supported=False, score=score, reasons=tuple(reasons), instead_of=instead_of)
        if instead_of is None:
            self._withheld.append(sentence)
        else:
            self._withheld = [sentence if each == instead_of else each for each in self._withheld]
        return sentence

    def withdraw(self) -> None:
        """Take back everything: it was written from a prompt that the model did not read whole."""
        self._shown.clear()
        self._citations.clear()

    def set_aside(self) -> Written:
        """Take back everything for another model to write, and keep it; what guards found in it stays on record."""
        written = Written(self.model, tuple(self._shown), tuple(self._withheld), tuple(self._citations))
        self._withheld.clear()
        self.withdraw()
        return written

    def put_back(self, written: Written) -> None:
        """What was set aside is the answer after all."""
        self.model = written.model
        self._shown[:], self._withheld[:] = written.shown, written.withheld
        self._citations[:] = written.citations

    def heard(self, about: Literal["question", "passage", "sentence"], ran: Sequence[Ran]) -> None:
        """Keep what guards found, and what they cost."""
        self.trace.guards(about, ran)
        for one in ran:
            before = self._costs.get(one.guard)
            checks, spent = (before.checks, before.milliseconds) if before else (0, 0.0)
            spent = round(spent + one.milliseconds, 2)
            self._costs[one.guard] = GuardCost(guard=one.guard, checks=checks + 1, milliseconds=spent)
            self.guards_ms += one.milliseconds
            if one.failed:
                self.reason(FAILED)
            self._findings += [
                Finding(guard=said.guard, code=said.code, about=about, score=said.score, reason=said.reason)
                for said in one.objections
            ]

    def note_made(self, **values: str | tuple[int, ...]) -> None:
        """Keep what the answer is made of or with, by the fields of :class:`app.answers.MadeWith`."""
        if self.made_with is not None:
            self.made_with = self.made_with.model_copy(update=values)

    def reason(self, code: str) -> None:
        if code not in self.reasons:
            self.reasons.append(code)

    def answer(self, action: Action, text: str = "") -> Answer:
        """The answer as it stands.

        :param text: what is shown when there are no sentences.
        """
        return Answer(
            action=action,
            language=self.language,
            answer=text or _joined(self._shown),
            reasons=tuple(self.reasons),
            sentences=(*self._shown, *self._withheld),
            citations=tuple(untold(self._citations, self._shown, self.language)),
            contradictions=self._contradictions(),
            asked_back=self.asked_back,
            notice="\n".join(self.notices),
            confidence=round(self.confidence, 3),
            model=self.model,
            usage=self.usage,
            timings_ms=Timings(
                retrieval=round(self.retrieval_ms, 1),
                guards=round(self.guards_ms, 1),
                first_token=round(self._first_token_ms, 1),
                total=round(self.elapsed_ms(), 1),
            ),
            understood=self.understood,
            findings=tuple(self._findings),
            guards=tuple(self._costs.values()),
            attempts=tuple(self._attempts()),
            made_with=self.made_with,
        )

    def _attempts(self) -> list[Attempt]:
        """All of them, the last one by the model that has the word marked."""
        wrote = next((at for at, each in reversed(list(enumerate(self.attempts))) if each.model == self.model), None)
        return [each.model_copy(update={"wrote": at == wrote}) for at, each in enumerate(self.attempts)]

    def _number(self, passage: Passage, unit: Unit) -> tuple[int, bool]:
        """The number under which this place is cited, and whether it is new."""
        known = len(self._citations)
        cited = cite(self._citations, passage, unit)
        if cited.n > known:
            self._citations[-1] = cited.model_copy(update={"limited_by": limited_by(passage, unit)})
        return cited.n, cited.n > known

    def _contradictions(self) -> tuple[Contradiction, ...]:
        """What was found for the question and cannot hold beside what a cited document says of it."""
        cited = {each.document for each in self._citations}
        found = find_contradictions(self.found.passages, self.found.others) if cited else []
        concerned = [
            each for each in found if cited & {side.chunk.version.document_id for side in (each.first, each.second)}
        ]
        return cite_contradictions(self._citations, concerned[:_MOST_CONTRADICTIONS])


def _joined(sentences: Sequence[Sentence]) -> str:
    text = ""
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations)
        space = "" if not text or text.endswith(_NO_SPACE_AFTER) else " "
        text += f"{space}{sentence.text}{' ' if marks else ''}{marks}"
    return text
