"""What of a ticket waits for an answer, and which sentences of it ask something; without a model, in any language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from app.answers import Turn
from app.followups.reading import read
from guardrails.folding import primary_language
from guardrails.yamlfile import load_yaml
from ingest.languages.identify import UNDETERMINED, identify
from ingest.sentences import split_sentences
from ingest.sources.tickets import Message, Ticket

_AGENT = "agent"
_FALLBACK_LANGUAGE = "en"
# Latin, full-width, small, Arabic, Armenian, Ethiopic, Limbu, Vai, Bamum, Coptic, interrobangs, and the Greek mark.
_MARKS = re.compile("[?？﹖؟՞፧᥅꘏꛷⳺⳻‽⸮⁇⁈⁉\u037e]")
_GREEK_MARK = re.compile(r";\s*$")
_END = re.compile(r"\W+$")
_QUESTIONS = Path(__file__).with_name("questions.yaml")
_WORDLESS = re.compile(r"^\W*$")
_NO_NAME = re.compile(r"[\d@_/\\<>]")


def waiting_messages(ticket: Ticket) -> tuple[Message, ...]:
    """What the customer and those who write along wrote since an agent last answered them, oldest first."""
    public = [message for message in ticket.messages if not message.internal]
    answered = max((at for at, message in enumerate(public) if message.author == _AGENT), default=-1)
    return tuple(message for message in public[answered + 1 :] if not _WORDLESS.match(message.text))


def customer_messages(ticket: Ticket) -> tuple[Message, ...]:
    """What the customer and those who write along wrote, oldest first."""
    return tuple(message for message in ticket.messages if message.author != _AGENT and not message.internal)


def earlier_turns(ticket: Ticket, language: str) -> tuple[Turn, ...]:
    """The thread before what waits, as the history of a question; notes among agents are no part of it."""
    waiting = waiting_messages(ticket)
    before = [message for message in ticket.messages if message not in waiting and not message.internal]
    return tuple(
        Turn(role="assistant" if message.author == _AGENT else "user", text=message.text, language=language)
        for message in before
        if message.text
    )


def ticket_language(ticket: Ticket) -> str:
    """As noted, or that of the customer's words."""
    if ticket.language:
        return primary_language(ticket.language)
    words = "\n".join(message.text for message in ticket.messages if message.author != _AGENT) or ticket.subject
    found = identify(words).language
    return _FALLBACK_LANGUAGE if found == UNDETERMINED else found


def customer_name(ticket: Ticket) -> str:
    """The name that the help desk signs the customer's messages with; empty where that is an id or an address."""
    names = [message.name for message in ticket.messages if message.author == "customer" and message.name]
    return "" if not names or _NO_NAME.search(names[-1]) else names[-1]


def sentences_of(text: str) -> list[str]:
    """The sentences of a message, each on one line."""
    return [" ".join(text[start:end].split()) for start, end in split_sentences(text)]


def asking(sentences: Sequence[str], language: str) -> list[int]:
    """Indices of the sentences that ask something.

    A mark tells, and an ending where people leave the mark out. Words that may ask tell only where nothing else does:
    "wann" is also a conjunction.
    """
    language = primary_language(language)
    marked = [
        at
        for at, sentence in enumerate(sentences)
        if _has_mark(sentence, language) or _ends_as_questions_do(sentence, language)
    ]
    if marked:
        return marked
    worded = (at for at, sentence in enumerate(sentences) if read(sentence, language).has("questions"))
    return list(worded)


class _Endings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    endings: tuple[str, ...]
    polite: tuple[str, ...] = ()


class _Questions(RootModel[dict[str, _Endings]]):
    pass


@cache
def _questions() -> dict[str, _Endings]:
    return load_yaml(_QUESTIONS, _Questions).root


def _ends_as_questions_do(sentence: str, language: str) -> bool:
    known = _questions().get(language)
    if known is None:
        return False
    bare = _END.sub("", sentence)
    while bare.endswith(known.polite):
        bare = _END.sub("", next(bare.removesuffix(each) for each in known.polite if bare.endswith(each)))
    return bare.endswith(known.endings)


def _has_mark(sentence: str, language: str) -> bool:
    return bool(_MARKS.search(sentence)) or (language == "el" and bool(_GREEK_MARK.search(sentence)))
