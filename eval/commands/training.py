"""``polydesk models training-data``: what people accepted, as data to train a model with."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import EvalUserError

_EVER = date(2000, 1, 1)


def register(models: typer.Typer) -> None:
    """Add the command."""
    models.command("training-data")(training_data)


def training_data(
    folder: Annotated[Path, typer.Argument(help="A new folder for it.", show_default=False)],
    consent: Annotated[
        str, typer.Option(help="On what ground customers' words may be used, as your record says it.")
    ] = "",
    licence: Annotated[str, typer.Option(help="Under which terms the data may be used.")] = "internal use only",
    since: Annotated[str | None, typer.Option(help="First day, as 2026-11-21.", show_default=False)] = None,
    family: Annotated[
        str | None, typer.Option(help="Whose prompt is used, as llama3.1; the common one when not given.")
    ] = None,
    without: Annotated[
        list[Path] | None,
        typer.Option(
            help="A data set of yours to leave out, beside those that come with polydesk.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Answers with a thumb up and drafts that were sent, as chat JSON lines without personal data, split by time."""
    from app.audit.recorder import Detail
    from app.conversations.sessions import open_sessions
    from app.desk.drafts.style import open_style
    from app.phases import shown_phases
    from app.settings import load_settings
    from app.training.accepted import accepted_since
    from app.training.export import export_training_data
    from app.training.records import Terms
    from eval.kept_apart import KeptApart, shipped_texts, texts_of

    if not consent.strip():
        raise EvalUserError("say on what ground customers' words may be used: --consent 'Art. 6 (1) f GDPR, record 12'")
    settings = load_settings()
    kept_apart = KeptApart(chain(shipped_texts(), *(texts_of(_existing(path)) for path in without or ())))
    company = open_style(settings.style).current().called
    with open_sessions(settings) as sessions, shown_phases() as phases:
        with phases.phase("Reading what was accepted"):
            accepted = list(accepted_since(sessions, _day(since)))
            taken = [f"{each.kind}:{each.number}" for each in accepted]
            ground: dict[str, Detail] = {"records": taken, "consent": sessions.digest(consent)}
            sessions.record("training.exported", "export:training", ground)
        with phases.phase("Putting placeholders in the place of personal data") as show:
            written = export_training_data(
                accepted,
                folder,
                Terms(" ".join(consent.split()), " ".join(licence.split())),
                company,
                family,
                kept_apart,
                lambda done: show(done, len(accepted)),
            )
    if as_json:
        typer.echo(json.dumps(asdict(written) | {"folder": str(folder)}, ensure_ascii=False))
        return
    counts = ", ".join(f"{count} {part}" for part, count in written.records.items())
    typer.echo(f"{folder}: {counts}. Read {folder / 'README.md'} before it leaves the house.")
    if written.repeated or written.of_an_evaluation:
        typer.echo(f"Left out: {written.repeated} repeated, {written.of_an_evaluation} of an evaluation.")


def _existing(path: Path) -> Path:
    if not path.exists():
        raise EvalUserError(f"--without {path}: there is no such file or folder")
    return path


def _day(text: str | None) -> date:
    if text is None:
        return _EVER
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EvalUserError(f"--since {text}: write a day as 2026-11-21") from None
