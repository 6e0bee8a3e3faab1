"""What ``polydesk drift`` does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import typer

from app.conversations.sessions import open_sessions
from app.drift.desk import DriftDesk
from app.drift.gaps import golden_lines
from app.drift.making import WEEKS, drift_maker
from app.drift.printing import print_report
from app.drift.weeks import Week
from app.errors import AppUserError
from app.phases import shown_phases
from app.settings import Settings, load_settings
from ingest.embedding.centring import CentredEmbedder


def drift_and_print(
    week: str | None,
    weeks: int,
    golden: Path | None,
    questions: Path | None,
    as_json: bool,
    now: datetime | None = None,
) -> bool:
    """Compare a week with those before; whether nothing changed.

    :param questions: where to write what is worth adding to the golden questions.
    :raises AppUserError: there is no such week, or a file cannot be read or written.
    """
    settings = load_settings()
    wanted = Week.parse(week) if week else None
    with open_sessions(settings) as sessions, shown_phases() as phases:
        maker = drift_maker(sessions, settings.home)
        desk = DriftDesk(maker, lambda: searching_model(settings), golden or settings.golden)
        known = desk.questions()
        with phases.phase("reading what was asked") as show:
            report = maker.make(desk.embedder(), known, datetime.now(UTC), wanted, weeks, show)
        if wanted is None and golden is None and weeks == WEEKS:
            desk.keep(report)  # what the page would make, too
    if questions:
        _write(questions, golden_lines(report))
        typer.echo(f"{len(report.new_questions)} questions written to {questions}", err=True)
    if as_json:
        typer.echo(report.model_dump_json())
    else:
        print_report(report)
    return not report.alarms


def searching_model(settings: Settings) -> CentredEmbedder:
    """The embedding model that questions are searched with."""
    from ingest import knowledge
    from ingest.ledger.collections import Collections
    from ingest.ledger.engine import open_ledger

    engine = open_ledger(settings.home, settings.database_url)
    try:
        live = Collections(engine).live()
    finally:
        engine.dispose()
    return knowledge.open_centred_embedder(settings, "query", live.model if live else None)


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise AppUserError(f"--questions {file}: it is there already; name another file") from None
    except OSError as error:
        raise AppUserError(f"--questions {file}: it cannot be written ({error.strerror}); name another file") from None
