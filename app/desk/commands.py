"""What ``polydesk tickets`` does and prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.desk.inbox.commands import inbox_texts
from app.desk.inbox.learning import with_corrections
from app.desk.tickets import SortedText, read_tickets, sorted_texts
from app.desk.triage.classifier import Guess
from app.desk.triage.descriptions import described_texts
from app.desk.triage.learning import FieldReport, learn
from app.desk.triage.refining import Refiner
from app.desk.triage.shelf import shelf_of
from app.desk.triage.triage import Triage, Triaged
from app.errors import AppUserError
from app.models.choosing import choose_model
from app.phases import shown_phases
from app.settings import load_settings
from ingest.documents import Finding
from ingest.knowledge import open_centred_embedder


def learn_and_print(path: Path | None, labels: Path | None, replaces_better: bool, as_json: bool) -> int:
    """Learn from the tickets at ``path``, what people have said in the inbox, and what labels are for.

    Returns the exit status, 1 where a ticket or a field was left out.

    :param labels: a file that says what labels are for; it is kept, and learned from again the next time.
    :raises AppUserError: there is nothing to learn from.
    """
    settings = load_settings()
    texts, findings = _texts(path) if path else ([], [])
    shelf = shelf_of(settings.home)
    if labels:
        shelf.describe(labels)
    texts = [*with_corrections(texts, inbox_texts(settings)), *described_texts(shelf.descriptions())]
    if not texts:
        raise AppUserError("nothing to learn from: no ticket of the inbox was corrected or closed; give an export")
    with shown_phases() as phases, ExitStack() as stack:
        reports = learn(
            texts,
            open_centred_embedder(settings, "bulk"),
            shelf,
            lambda name: stack.enter_context(phases.phase(name)),
            replaces_better,
        )
    if as_json:
        told = [finding.message for finding in findings]
        typer.echo(json.dumps({"fields": [asdict(each) for each in reports], "findings": told}, ensure_ascii=False))
    else:
        _print_reports(reports)
        _tell(findings)
    return 1 if findings or not all(each.kept for each in reports) else 0


def triage_and_print(path: Path, model: str | None, as_json: bool) -> int:
    """Sort the tickets at ``path``; returns the exit status, 1 where one could not be read.

    :param model: that is asked where a guess is not sure; the connected one when None.
    """
    settings = load_settings()
    texts, findings = _texts(path)
    shelf, connected = shelf_of(settings.home), choose_model(settings, model)
    refiner = Refiner(connected, shelf.descriptions()) if connected else None
    triage = Triage(shelf, open_centred_embedder(settings, "bulk"), refiner)
    with shown_phases() as phases, phases.phase(f"sorting {len(texts)} tickets") as show:
        found = list(triage.sort(texts, show))
    if as_json:
        for each in found:
            fields = {field: asdict(guess) for field, guess in each.guesses.items()}
            line = {"id": each.text.id, "language": each.text.language, "fields": fields}
            typer.echo(json.dumps(line, ensure_ascii=False))
    else:
        _print_found(found)
    _tell(findings)
    return 1 if findings else 0


def _texts(path: Path) -> tuple[list[SortedText], list[Finding]]:
    read = list(read_tickets(path))
    texts = sorted_texts([each for each in read if not isinstance(each, Finding)])
    if not texts:
        raise AppUserError(f"{path}: no ticket in which a customer wrote anything; give another export")
    return texts, [each for each in read if isinstance(each, Finding)]


def _tell(findings: Sequence[Finding]) -> None:
    for finding in findings:
        typer.echo(finding.message, err=True)


def _print_reports(reports: Sequence[FieldReport]) -> None:
    table = Table(title="Learned, cross-validated", title_justify="left")
    for column in ("field", "tickets", "right", "before", "always the commonest", "least told"):
        table.add_column(column)
    for each in reports:
        least = min(each.recall, key=lambda label: each.recall[label], default="")
        least_told = f"{least} {each.recall[least]:.0%}" if least else "–"
        right = _share(each.accuracy) + ("" if each.kept else " (not kept)")
        table.add_row(
            each.field, str(each.examples), right, _share(each.before), f"{each.most_frequent:.1%}", escape(least_told)
        )
    Console().print(table)
    for each in reports:
        if not each.kept:
            typer.echo(
                f"{each.field}: the classifier before is better and stays; --replace-better keeps this one", err=True
            )


def _print_found(found: Sequence[Triaged]) -> None:
    fields = list(found[0].guesses) if found else []
    table = Table()
    for column in ("ticket", "language", *fields, f"{fields[0]} because of" if fields else ""):
        table.add_column(column)
    for each in found:
        because = ", ".join(next(iter(each.guesses.values())).words)
        cells = [_guessed(each.guesses[field]) for field in fields]
        table.add_row(escape(each.text.id), each.text.language, *cells, escape(because))
    Console().print(table)


def _guessed(guess: Guess) -> str:
    said = f"{guess.label} ({guess.by})" if guess.by else f"{guess.label} {guess.probability:.0%}"
    return escape(said) + ("" if guess.in_scope else " [dim]unlike any[/dim]")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
