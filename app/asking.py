"""Ask one question at the command line."""

from __future__ import annotations

import sys

import typer

from app.answers import (
    Answer,
    Finished,
    FollowedUp,
    Generating,
    ModelFailed,
    Question,
    Sentence,
    SentenceReady,
    SentenceWithheld,
    Withdrawn,
)
from app.assistant import open_assistant
from app.conversations.sessions import open_sessions
from app.conversations.store import given_details
from app.settings import Settings, load_settings


def ask_and_print(question: Question, as_json: bool) -> None:
    """Print sentences as they pass the gate, then the citations; or one JSON object."""
    settings = load_settings()
    assistant = open_assistant(settings)
    printed: set[Sentence] = set()
    held = False
    try:
        for event in assistant.ask(question):
            if isinstance(event, Finished):
                for sentence in event.answer.sentences if held and not as_json else ():
                    if sentence.supported and sentence not in printed:
                        _print_sentence(sentence)
                _print_answer(event.answer, as_json)
                _record(settings, question, event.answer)
            elif isinstance(event, FollowedUp) and not as_json:
                typer.echo(f"Understood as: {event.understood.question}", err=True)
            elif isinstance(event, ModelFailed):
                sys.stderr.write(f"{event.message}\n")
            elif isinstance(event, SentenceWithheld):
                held = True  # its second try may stand before all that follows
            elif isinstance(event, Generating) and event.tentative:
                held = True  # what is printed cannot be withdrawn
            elif isinstance(event, Withdrawn) and not as_json:
                typer.echo(f"{event.model} goes on ({event.why})", err=True)
            elif isinstance(event, SentenceReady) and not (as_json or held):
                _print_sentence(event.sentence)
                printed.add(event.sentence)
    finally:
        assistant.close()


def _record(settings: Settings, question: Question, answer: Answer) -> None:
    """After it was printed: to open the database takes longer than many an answer."""
    with open_sessions(settings) as sessions:
        customer = sessions.pseudonym(question.customer_id) if question.customer_id else None
        asked = sessions.digest(question.text)
        sessions.record("question.asked", "answer:printed", {"question": asked, "customer": customer})
        sessions.record("answer.given", "answer:printed", {"question": asked, **given_details("finished", answer)})


def _print_sentence(sentence: Sentence) -> None:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    typer.echo(f"{sentence.text} {marks}")


def _print_answer(answer: Answer, as_json: bool) -> None:
    if as_json:
        typer.echo(answer.model_dump_json())
        return
    if answer.action != "answer":
        typer.echo(answer.answer)
    if answer.citations:
        typer.echo("")
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        place = " > ".join((citation.title, *citation.heading))
        typer.echo(f"[{citation.n}] {place} ({citation.document}, version {citation.version}{page})")
        if citation.limited_by:
            typer.echo(f"    limited by: {citation.limited_by}")
    for each in answer.contradictions:
        typer.echo(f"\nContradiction: {' / '.join(each.says)}")
        for side in (each.first, each.second):
            typer.echo(f"  [{side.n}] {side.document}, version {side.version}: {side.quote}")
    if answer.asked_back:
        typer.echo(f"\n{answer.asked_back.text} {' · '.join(each.label for each in answer.asked_back.choices)}")
    if answer.notice:
        typer.echo(f"\n{answer.notice}")
    typer.echo(f"\n{answer.language} · {answer.model} · confidence {answer.confidence:.0%}", err=True)
