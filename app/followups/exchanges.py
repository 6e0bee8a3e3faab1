"""The conversation so far, as a follow-up leans on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.answers import Turn

MOST = 3  # earlier questions that are looked at
_MOST_CHARACTERS = 600  # of each: behind more, an embedding model would not read the follow-up


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question in its self-contained form, the language that is in, and what was answered."""

    question: str
    language: str
    answer: str = ""
    answer_language: str = ""


def exchanges(history: Sequence[Turn], language: str) -> list[Exchange]:
    """The last :data:`MOST` exchanges of ``history``, oldest first.

    :param language: of the question that follows; settles the language of earlier ones that nobody noted.
    """
    found: list[Exchange] = []
    for at, turn in enumerate(history):
        if turn.role != "user":
            continue
        reply = history[at + 1] if at + 1 < len(history) and history[at + 1].role == "assistant" else None
        spoken = turn.language or _language_of(turn.text, language)
        asked, of = (turn.understood.question, turn.understood.language) if turn.understood else (turn.text, spoken)
        found.append(Exchange(_shortened(asked), of, reply.text if reply else "", (reply and reply.language) or spoken))
    return found[-MOST:]


def _language_of(text: str, fallback: str) -> str:
    from ingest.languages.identify import identify_question

    return identify_question(text, fallback).language


def _shortened(text: str) -> str:
    """The first sentence and as many of the last as find room."""
    if len(text) <= _MOST_CHARACTERS:
        return text
    from ingest.sentences import split_sentences

    first, *rest = [text[start:end] for start, end in split_sentences(text)] or [text]
    kept: list[str] = []
    room = _MOST_CHARACTERS - len(first)
    for sentence in reversed(rest):
        room -= len(sentence) + 1
        if room < 0:
            break
        kept.insert(0, sentence)
    return " ".join([first[:_MOST_CHARACTERS], *kept])
