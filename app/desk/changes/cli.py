"""``polydesk changes``: what changed in the documents, what it touches, and who has read it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def register(root: typer.Typer) -> None:
    """Add the command."""
    root.command("changes")(changes)


def changes(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what changed from this day on (UTC).")
    ] = None,
    run: Annotated[int | None, typer.Option(help="Only what this ingest run changed.")] = None,
    document: Annotated[str | None, typer.Option(help="Only this document, by its id.")] = None,
    language: Annotated[str, typer.Option(help="Language of the brief, as de; documents keep theirs.")] = "en",
    audience: Annotated[
        str | None, typer.Option(help="Only what these may read: all, agent, manager; everything by default.")
    ] = None,
    golden: Annotated[
        Path | None, typer.Option(help="Golden questions, JSON lines or YAML: name those that a change touches.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Ask what past answers and golden questions asked once more, and compare.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="One line on each change by the connected language model.")
    ] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="Say that you have read what is shown.")] = False,
    by: Annotated[
        str | None, typer.Option(help="Who confirms; the user of this machine by default.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """A brief for each change of a document: the words side by side, from when, for whom, and what it touches."""
    from app.desk.changes.commands import Wanted, show_changes

    show_changes(Wanted(since, run, document, language, audience, golden, again, summary, confirm, by), as_json=as_json)
