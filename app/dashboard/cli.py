"""``polydesk dashboard``: the numbers of the page in a terminal."""

from __future__ import annotations

from typing import Annotated

import typer


def register(root: typer.Typer) -> None:
    """Add the command."""
    root.command("dashboard")(dashboard)


def dashboard(
    days: Annotated[int, typer.Option(min=1, max=180, help="Days up to now, held against as many before.")] = 7,
    zone: Annotated[
        str | None, typer.Option(help="Whose midnight a day begins at, as Europe/Berlin; UTC by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what answers took, cost and lacked, beside the days before.

    What was asked and said is in none of it; a number of an answer leads to its record on the page.
    """
    from app.dashboard.commands import dashboard_and_print

    dashboard_and_print(days, zone, as_json)
