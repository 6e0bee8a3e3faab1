"""What is known of an answer while it is still being written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.answers import (
    Citation,
    Event,
    Finished,
    FollowedUp,
    Generating,
    ModelFailed,
    Retrieved,
    Reusable,
    Sentence,
    SentenceReady,
    SentenceWithheld,
    Understanding,
    Understood,
    Withdrawn,
)

Phase = Literal["waiting", "understood", "retrieved", "generating", "done"]

_NO_GAP_AFTER = tuple("。！？」』】")


def joined(sentences: Sequence[Sentence]) -> str:
    """Sentences as prose; Chinese and Japanese put no space between them."""
    text = ""
    for sentence in sentences:
        text += f"{gap_after(text)}{sentence.text}"
    return text


def gap_after(text: str) -> str:
    """What stands between ``text`` and the sentence that follows it."""
    return "" if not text or text.endswith(_NO_GAP_AFTER) else " "


class PartialAnswer(BaseModel):
    """The fold of all events so far; kept with the message so that other sessions can show it too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phase: Phase = "waiting"
    language: str | None = None
    understood: Understanding | None = None
    documents: tuple[str, ...] = ()  # titles, best first
    confidence: float | None = None
    model: str | None = None
    sentences: tuple[Sentence, ...] = ()
    withheld: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    problem: str = ""  # why the model could not be used, one line

    @property
    def text(self) -> str:
        """The sentences that may be shown, joined as prose."""
        return joined(self.sentences)

    def after(self, event: Event) -> PartialAnswer:
        """The state once ``event`` happened."""
        match event:
            case Understood(language=language):
                return self.model_copy(update={"phase": "understood", "language": language})
            case FollowedUp(understood=understood):
                return self.model_copy(update={"understood": understood})
            case Retrieved(documents=documents, confidence=confidence):
                return self.model_copy(update={"phase": "retrieved", "documents": documents, "confidence": confidence})
            case Generating(model=model):
                return self.model_copy(update={"phase": "generating", "model": model})
            case SentenceReady(sentence=sentence, citations=citations, place=place):
                known = {citation.n for citation in self.citations}
                new = tuple(citation for citation in citations if citation.n not in known)
                at = len(self.sentences) if place is None else place
                return self.model_copy(
                    update={
                        "sentences": (*self.sentences[:at], sentence, *self.sentences[at:]),
                        "citations": (*self.citations, *new),
                        "withheld": self._withheld_but(sentence.instead_of),
                    }
                )
            case SentenceWithheld(sentence=sentence):
                return self.model_copy(update={"withheld": (*self._withheld_but(sentence.instead_of), sentence)})
            case Withdrawn():
                return self.model_copy(update={"sentences": (), "withheld": (), "citations": ()})
            case ModelFailed(code="truncated-prompt", message=message):
                # What was written from a prompt that the model did not read whole is taken back.
                return self.model_copy(update={"problem": message, "sentences": (), "citations": ()})
            case ModelFailed(message=message):
                return self.model_copy(update={"problem": message})
            case Reusable():
                return self
            case Finished(answer=answer):
                return self.model_copy(update={"phase": "done", "language": answer.language})

    def _withheld_but(self, refused: Sentence | None) -> tuple[Sentence, ...]:
        """What was withheld, without what a second try took the place of."""
        return tuple(sentence for sentence in self.withheld if sentence != refused)
