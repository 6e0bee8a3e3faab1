"""Ask a question once more and hold both answers against each other, by their figures and by what they cite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.answers import Answer, Finished, Question
from app.desk.changes.normal import equal
from app.errors import AppError
from app.jobs import AssistantLike
from guardrails.quantities import Quantity, find_quantities

Outcome = Literal["same", "other-figures", "other-sources", "not-answered"]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two answers to one question; the figures are those that only one of them has, in its words."""

    outcome: Outcome
    old: str
    new: str
    action: str  # of the new answer
    figures_gone: tuple[str, ...] = ()
    figures_new: tuple[str, ...] = ()
    sources_gone: tuple[str, ...] = ()  # quotes
    sources_new: tuple[str, ...] = ()


def ask_again(
    assistant: AssistantLike, question: str, old: Answer, as_of: date | None = None, audience: str = "agent"
) -> Compared:
    """The question as it was understood, asked now.

    :param as_of: the day on which the change takes effect, where that is ahead.
    :param audience: of who asks.
    :raises AppError: the assistant gave no answer.
    """
    asked = old.understood.question if old.understood else question
    new: Answer | None = None
    for event in assistant.ask(Question(text=asked, language=old.language, as_of=as_of, audience=audience)):
        if isinstance(event, Finished):
            new = event.answer
    if new is None:
        raise AppError("the assistant ended without an answer; try again")
    return compare_answers(old, new)


def compare_answers(old: Answer, new: Answer) -> Compared:
    """What tells two answers apart; figures weigh more than other sources."""
    before, after = _said(old), _said(new)
    gone = _only(before, after)
    come = _only(after, before)
    quotes = [{each.quote: None for each in answer.citations} for answer in (old, new)]
    sources_gone = tuple(each for each in quotes[0] if each not in quotes[1])
    sources_new = tuple(each for each in quotes[1] if each not in quotes[0])
    outcome: Outcome = "same"
    if new.action != "answer" and old.action == "answer":
        outcome = "not-answered"
    elif gone or come:
        outcome = "other-figures"
    elif sources_gone or sources_new:
        outcome = "other-sources"
    return Compared(outcome, old.answer, new.answer, new.action, gone, come, sources_gone, sources_new)


def _said(answer: Answer) -> list[tuple[str, Quantity]]:
    """The figures of an answer that was given, with their words, in whatever language each sentence is."""
    languages = {each.quote: each.language for each in answer.citations}
    shown = [each.text for each in answer.sentences if each.supported] if answer.action == "answer" else []
    return [
        (text[figure.start : figure.end].strip(), figure)
        for text in shown
        for figure in find_quantities(text, languages.get(text, answer.language))
    ]


def _only(mine: Iterable[tuple[str, Quantity]], theirs: list[tuple[str, Quantity]]) -> tuple[str, ...]:
    there = [figure for _, figure in theirs]
    return tuple(dict.fromkeys(words for words, figure in mine if not any(equal(figure, each) for each in there)))
