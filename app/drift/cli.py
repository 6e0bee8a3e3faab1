"""``polydesk drift``: what agents ask now beside the weeks before and the golden questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(root: typer.Typer) -> None:
    """Add the command."""
    root.command("drift")(drift)


def drift(
    week: Annotated[
        str | None, typer.Option(help="The week, as 2026-W47 (UTC); the last one with enough questions by default.")
    ] = None,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="How many weeks before it to compare with.")] = 8,
    golden: Annotated[
        Path | None,
        typer.Option(help="Your golden questions: a file or a folder; POLYDESK_GOLDEN, or those on the sample."),
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Write what is worth adding to the golden questions, as JSON lines.")
    ] = None,
    alarm: Annotated[
        bool, typer.Option("--alarm", help="Exit status 1 where something changed by more than chance.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say whether questions, languages, abstentions, escalations and scores changed, and by more than chance.

    Nothing is taken out of the vaults: what is shown and written has placeholders for personal data.
    """
    from app.drift.commands import drift_and_print

    if not drift_and_print(week, weeks, golden, questions, as_json) and alarm:
        raise typer.Exit(1)
