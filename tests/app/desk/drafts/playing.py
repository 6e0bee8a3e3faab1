"""An assistant that plays answers by a word of the question, tickets, and citations for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from app.answers import Answer, Citation, Event, Findings, Finished, Question, Sentence
from app.desk.drafts.desk import DraftingAssistant
from app.desk.drafts.draft import Draft, Wish
from app.desk.drafts.drafter import Drafter
from app.desk.drafts.style import Style, load_style
from app.rechecking import CheckedSentence
from guardrails.policy import load_policy
from ingest.sources.tickets import Message, Ticket

RETURNS = "Articles can be returned within 30 days of delivery."
SHIPPING = "Der Versand in die Schweiz kostet 6,90 €."


def citation(
    quote: str,
    n: int = 1,
    *,
    document: str = "returns.md",
    language: str = "en",
    audience: str = "all",
    history: bool = False,
    heading: tuple[str, ...] = (),
) -> Citation:
    return Citation(
        n=n,
        document=document,
        title=document.partition(".")[0].capitalize(),
        version=1,
        page=None,
        language=language,
        quote=quote,
        start=100 * len(quote),
        end=101 * len(quote),
        uri=f"file:///{document}",
        heading=heading,
        passage=quote,
        passage_start=100 * len(quote),
        audience=audience,
        history=history,
    )


def quoted(*citations: Citation, **more: object) -> Answer:
    """An answer that quotes."""
    sentences = [Sentence(text=each.quote, supported=True, score=1.0, citations=(each.n,)) for each in citations]
    return answer(*sentences, citations=citations, **{"reasons": ("no-model",), **more})


def answer(*sentences: Sentence, citations: Sequence[Citation] = (), **more: object) -> Answer:
    known = {"action": "answer", "language": "en", "answer": "", "confidence": 0.9}
    return Answer.model_validate({**known, "sentences": sentences, "citations": tuple(citations), **more})


NOTHING = Answer(action="abstain", language="en", answer="", reasons=("no-evidence",), confidence=0.1)


class Playing(DraftingAssistant):
    """Plays the answer whose word is the last to occur in the question; abstains from all others."""

    def __init__(self, answers: dict[str, Answer], model: str | None = None) -> None:
        self.answers = answers
        self.model = model
        self.asked: list[Question] = []
        self.entered = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
        self.asked.append(question)
        self.entered.set()
        self.go_on.wait(10)
        places = {word: question.text.rfind(word) for word in self.answers if word in question.text}
        yield Finished(self.answers[max(places, key=lambda word: places[word])] if places else NOTHING)

    def search(self, question: Question, kinds: frozenset[str] | None = None) -> Findings:
        return Findings(language="en", hits=())

    def model_name(self) -> str | None:
        return self.model

    def close(self) -> None: ...

    def check(
        self, sentences: Sequence[str], sources: Sequence[Citation], language: str, known: str
    ) -> list[CheckedSentence]:
        """What says "secret" is forbidden, what has "!" is marked."""
        return [
            CheckedSentence(
                text=each,
                supported="!" not in each,
                score=0.5,
                codes=("not-supported",) if "!" in each else (),
                reasons=("it says a secret",) if "secret" in each else (),
                forbidden="secret" in each,
            )
            for each in sentences
        ]

    def translate(
        self, sentences: Sequence[tuple[str, str]], into: str, names: Sequence[str] = (), model: str | None = None
    ) -> list[str | None]:
        return [f"{into}: {text}" if self.model else None for text, _ in sentences]


def ticket(*texts: str, subject: str = "", language: str = "en", name: str = "", **more: object) -> Ticket:
    """A ticket of which each text is a message of the customer's."""
    messages = tuple(Message(text=text, name=name) for text in texts)
    known = {"id": "T-7", "customer_id": "C-7", "subject": subject, "language": language, "messages": messages}
    return Ticket.model_validate({**known, **more})


def drafter(assistant: Playing, style: Style | None = None) -> Drafter:
    return Drafter(assistant, lambda: style or load_style(), lambda: load_policy().escalation)


def draft_of(asked: Ticket, answers: dict[str, Answer], wish: Wish | None = None) -> Draft:
    return drafter(Playing(answers)).draft(asked, wish=wish)
