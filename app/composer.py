"""Put an answer together: sentences as they pass the gate, citations numbered as they are first used."""

from __future__ import annotations

import time
from collections.abc import Sequence

from app.answers import Action, Answer, Citation, Sentence, Timings, Understanding, Usage
from app.quoting import citation
from app.retrieval.passages import Passage
from ingest.documents import Unit

_NO_SPACE_AFTER = tuple("。！？」』】")


class AnswerComposer:
    """Collects what one question's answer consists of."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.confidence = 0.0
        self.model = "quoting"
        self.understood: Understanding | None = None
        self.usage = Usage()
        self.reasons: list[str] = []
        self.notices: list[str] = []
        self.retrieval_ms = 0.0
        self.guards_ms = 0.0
        self._started = time.perf_counter()
        self._first_token_ms = 0.0
        self._shown: list[Sentence] = []
        self._withheld: list[Sentence] = []
        self._citations: list[Citation] = []

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

    def show(
        self, text: str, score: float, cited: Sequence[tuple[Passage, Unit]], reasons: Sequence[str] = ()
    ) -> tuple[Sentence, tuple[Citation, ...]]:
        """Add a supported sentence; returns it with the citations that are new with it."""
        new: list[Citation] = []
        numbers: list[int] = []
        for passage, unit in cited:
            number, added = self._number(passage, unit)
            numbers.append(number)
            if added:
                new.append(self._citations[-1])
        sentence = Sentence(
            text=text, supported=True, score=score, citations=tuple(dict.fromkeys(numbers)), reasons=tuple(reasons)
        )
        self._shown.append(sentence)
        return sentence, tuple(new)

    def withhold(self, text: str, score: float, reasons: Sequence[str]) -> Sentence:
        """Keep a sentence that did not pass, for the record; it is no part of the answer."""
        sentence = Sentence(text=text, supported=False, score=score, reasons=tuple(reasons))
        self._withheld.append(sentence)
        return sentence

    def withdraw(self) -> None:
        """Take back everything: it was written from a prompt that the model did not read whole."""
        self._shown.clear()
        self._citations.clear()

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
            citations=tuple(self._citations),
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
        )

    def _number(self, passage: Passage, unit: Unit) -> tuple[int, bool]:
        """The number under which this place is cited, and whether it is new."""
        found = citation(len(self._citations) + 1, passage, unit)
        for known in self._citations:
            if (known.document, known.version, known.start) == (found.document, found.version, found.start):
                return known.n, False
        self._citations.append(found)
        return found.n, True


def _joined(sentences: Sequence[Sentence]) -> str:
    text = ""
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations)
        space = "" if not text or text.endswith(_NO_SPACE_AFTER) else " "
        text += f"{space}{sentence.text}{' ' if marks else ''}{marks}"
    return text
