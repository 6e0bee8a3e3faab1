"""What a change touches: past answers that rest on a sentence which is another now, and drafts that are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.answers import Citation, Sentence
from app.conversations.sessions import Sessions
from app.desk.changes.brief import Brief
from app.desk.changes.change import Change
from app.desk.changes.cited_answers import CitedAnswer, answers_citing
from app.desk.changes.lines import lines_of
from app.desk.changes.normal import normal, same
from app.desk.changes.passages import VersionPassages, nearest
from app.retrieval.passages import Passage
from app.retrieval.written import WrittenSentence, embed_written
from guardrails.grounding import SentenceGate
from guardrails.policy import GroundingPolicy
from ingest.ledger.collections import Collections

_PASSAGES = 6  # of the new version, that a sentence is held against


class OpenDraft(Protocol):
    """A reply that was not sent yet."""

    @property
    def id(self) -> int | str: ...


class OpenDrafts(Protocol):
    """Whoever keeps the drafts."""

    def open_drafts(self, document_id: str) -> Sequence[OpenDraft]:
        """The drafts that cite a document and were not sent yet."""
        ...


@dataclass(frozen=True, slots=True)
class TouchedAnswer:
    """A sentence of a past answer that rests on words which are others now.

    ``wrong`` says that the new version does not support it, ``reasons`` why; ``wrong_from`` is the day from which
    that holds, None where it holds already. ``now`` is empty where the words are gone.
    """

    message_id: int
    conversation_id: str
    asked_at: datetime  # UTC
    question: str
    language: str
    sentence: str
    quote: str
    version: int
    now: str
    wrong: bool
    reasons: tuple[str, ...]
    wrong_from: date | None


class TouchedAnswers:
    """Looks past answers through; safe to share between threads.

    :param policy: of the sentence gate, as it is in force now.
    """

    def __init__(self, sessions: Sessions, passages: VersionPassages, policy: Callable[[], GroundingPolicy]) -> None:
        self._sessions = sessions
        self._passages = passages
        self._policy = policy

    def of(self, brief: Brief, today: date, versions: Collections) -> list[TouchedAnswer]:
        """The sentences that ``brief`` touches, the latest answer first; those that are wrong now before the others."""
        if brief.what == "new":
            return []
        rest = _Resting(brief, versions)
        starts = brief.effective_from if brief.is_ahead(today) else None
        found = [
            self._touched(answer, sentence, citation, change, brief, starts)
            for answer in answers_citing(self._sessions, brief.document)
            for sentence, citation, change in rest.on(answer)
        ]
        return sorted(found, key=lambda each: not each.wrong)

    def _touched(
        self,
        answer: CitedAnswer,
        sentence: Sentence,
        citation: Citation,
        change: Change | None,
        brief: Brief,
        starts: date | None,
    ) -> TouchedAnswer:
        wrong, reasons = self._verdict(answer.answer.language, sentence, citation, change, brief)
        return TouchedAnswer(
            message_id=answer.message_id,
            conversation_id=answer.conversation_id,
            asked_at=answer.at,
            question=answer.question,
            language=answer.answer.language,
            sentence=sentence.text,
            quote=citation.quote,
            version=citation.version,
            now=change.new if change else "",
            wrong=wrong,
            reasons=reasons,
            wrong_from=starts if wrong else None,
        )

    def _verdict(
        self, language: str, sentence: Sentence, citation: Citation, change: Change | None, brief: Brief
    ) -> tuple[bool, tuple[str, ...]]:
        """Whether a sentence is wrong by the new version, and why: what cannot be checked counts as wrong."""
        if change is None:  # the document is gone
            return True, ("retired",)
        spoken = citation.language if sentence.text == citation.quote else language
        if change.is_meaning and same([normal(sentence.text, spoken)], [normal(citation.quote, citation.language)]):
            return True, ("quotes-old-words",)  # a quotation is as wrong as what it quotes
        model = self._passages.model()
        gate = SentenceGate(embed_written(model), self._policy())
        every = self._passages.of(brief.version_id, brief.document, brief.number)
        vector = WrittenSentence.of(sentence.text, spoken, model).vector
        cited = [each for each in every if _holds(each, change)]
        around = [*cited, *(each for each in nearest(every, vector, _PASSAGES) if each not in cited)]
        verdict = gate.check(sentence.text, cited, around, spoken)
        return not verdict.supported, verdict.codes if not verdict.supported else ()


class _Resting:
    """Which sentences of an answer rest on words that are others now."""

    def __init__(self, brief: Brief, versions: Collections) -> None:
        self._document = brief.document
        self._gone = brief.what == "retired"
        self._number = brief.previous if brief.previous is not None else brief.number
        lines = lines_of(versions.version(brief.previous_id).chunks) if brief.previous_id is not None else []
        by_place = {(line.start, line.end): line for line in lines if line.kind != "heading"}
        self._changed = [
            (line, change)
            for change in brief.changes
            for span in change.old_spans
            if (line := by_place.get(span)) is not None
        ]

    def on(self, answer: CitedAnswer) -> Iterator[tuple[Sentence, Citation, Change | None]]:
        """Each sentence that was shown, with its citation and what became of the words."""
        for sentence in answer.answer.sentences:
            for citation in answer.answer.citations if sentence.supported else ():
                if citation.document == self._document and citation.n in sentence.citations:
                    if self._gone:
                        yield sentence, citation, None
                    elif (change := self._change(citation)) is not None:
                        yield sentence, citation, change

    def _change(self, citation: Citation) -> Change | None:
        """By its place in the version before; in an older one, by what it says."""
        for line, change in self._changed:
            if citation.version == self._number:
                if citation.start < line.end and line.start < citation.end:
                    return change
            elif citation.version < self._number and same([line.normal], [normal(citation.quote, citation.language)]):
                return change
        return None


def _holds(passage: Passage, change: Change) -> bool:
    chunk = passage.chunk
    return any(start < chunk.end and chunk.start < end for start, end in change.new_spans)
