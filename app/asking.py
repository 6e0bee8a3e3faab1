"""Ask one question at the command line."""

from __future__ import annotations

import sys

import typer

from app.answers import Answer, Finished, FollowedUp, ModelFailed, Question, SentenceReady
from app.assistant import open_assistant
from app.settings import load_settings


def ask_and_print(question: Question, as_json: bool) -> None:
    """Print sentences as they pass the gate, then the citations; or one JSON object."""
    assistant = open_assistant(load_settings())
    try:
        for event in assistant.ask(question):
            if isinstance(event, Finished):
                _print_answer(event.answer, as_json)
            elif isinstance(event, FollowedUp) and not as_json:
                typer.echo(f"Understood as: {event.understood.question}", err=True)
            elif isinstance(event, ModelFailed):
                sys.stderr.write(f"{event.message}\n")
            elif isinstance(event, SentenceReady) and not as_json:
                marks = "".join(f"[{number}]" for number in event.sentence.citations)
                typer.echo(f"{event.sentence.text} {marks}")
    finally:
        assistant.close()


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
    if answer.notice:
        typer.echo(f"\n{answer.notice}")
    typer.echo(f"\n{answer.language} · {answer.model} · confidence {answer.confidence:.0%}", err=True)
