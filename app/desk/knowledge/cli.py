"""``polydesk reports``: passages that agents hold to be wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.desk.knowledge.reports import PassageReport, ReportStore

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this folder."""
    commands = typer.Typer(help="Passages that agents hold to be wrong.", no_args_is_help=True)
    commands.command("list")(list_reports)
    commands.command("settle")(settle)
    root.add_typer(commands, name="reports")


def list_reports(
    every: Annotated[bool, typer.Option("--all", help="Those that are settled as well.")] = False,
    as_json: Json = False,
) -> None:
    """The reports, the oldest first."""
    from app.desk.knowledge.reports import REPORT_STATES

    with _store() as store:
        found = store.list(REPORT_STATES if every else ("open",))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], default=str, ensure_ascii=False))
    else:
        _print(found)


def settle(
    number: Annotated[int, typer.Argument(help="The number of the report.", show_default=False)],
    outcome: Annotated[str, typer.Argument(help="What came of it: corrected, or right as it is.")],
    by: Annotated[str | None, typer.Option(help="Who does it; the user of this machine by default.")] = None,
) -> None:
    """Say what came of a report."""
    import getpass

    with _store() as store:
        store.settle(number, by or getpass.getuser(), outcome)
    typer.echo(f"Report {number} is settled.")


@contextmanager
def _store() -> Iterator[ReportStore]:
    from app.conversations.sessions import open_sessions
    from app.desk.knowledge.reports import ReportStore
    from app.settings import load_settings

    with open_sessions(load_settings()) as sessions:
        yield ReportStore(sessions)


def _print(reports: list[PassageReport]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for each in reports:
        console.print(f"{each.id}. {each.document_id}, version {each.version}", style="bold", markup=False)
        console.print(f"   {each.quote}", markup=False)
        console.print(f"   {each.reported_by} ({each.reported_at:%Y-%m-%d}): {each.remark}", markup=False)
        if each.outcome:
            console.print(f"   {each.settled_by}: {each.outcome}", style="dim", markup=False)
    console.print(f"{len(reports)} reports")
