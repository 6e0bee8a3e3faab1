"""``polydesk audit``: what happened, whether the record of it is whole, and forgetting a person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import ingest.cli

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Since = Annotated[str | None, typer.Option(help="From this day on, as 2026-11-21 (UTC).")]
Until = Annotated[str | None, typer.Option(help="Up to this day, as 2026-11-30 (UTC).")]


def register(root: typer.Typer) -> None:
    """Add the commands of this folder, and have every ingest that changed anything recorded."""
    commands = typer.Typer(help="What happened, and forgetting a person.", no_args_is_help=True)
    for command in (verify, show, export, seal, replay, erase, person, keep):
        commands.command()(command)
    root.add_typer(commands, name="audit")
    ingest.cli.after_changes["audit"] = _record_ingests


def verify(as_json: Json = False) -> None:
    """Find any record that was altered, removed, inserted, moved or cut off; exit status 1 where there is one."""
    from app.audit.commands import verify_and_print

    raise typer.Exit(verify_and_print(as_json))


def show(
    last: Annotated[int, typer.Option(min=1, max=100_000, help="How many records.")] = 20,
    subject: Annotated[str, typer.Option(help="Only about this, as ticket:ID or answer:12.")] = "",
    action: Annotated[str, typer.Option(help="Only this, as signin.failed.")] = "",
    as_json: Json = False,
) -> None:
    """The newest records, oldest first."""
    from app.audit.commands import show_and_print

    show_and_print(last, subject, action, as_json)


def export(
    out: Annotated[Path, typer.Option(help="The file to write, a record of JSON a line.", show_default=False)],
    since: Since = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """Write the records for an auditor, with a manifest that says how to verify them without polydesk."""
    from app.audit.commands import export_and_print

    export_and_print(out, since, until, as_json)


def seal(as_json: Json = False) -> None:
    """Seal what happened until now, without waiting for the day to end."""
    from app.audit.commands import seal_and_print

    seal_and_print(as_json)


def replay(
    answer: Annotated[int, typer.Argument(help="The number of the answer, as in answer:12.", show_default=False)],
    model: Annotated[str | None, typer.Option(help="ollama:TAG, or quoting; the connected one by default.")] = None,
    as_json: Json = False,
) -> None:
    """An answer with what it was made of and with, what would be said today, and why that differs."""
    from app.audit.replaying_commands import replay_and_print

    replay_and_print(answer, model, as_json)


def erase(
    customer: Annotated[
        list[str], typer.Option(help="The customer's id in tickets; can be repeated.", show_default=False)
    ],
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Forget a person everywhere, and prove it; exit status 1 where something of them is left."""
    from app.audit.forgetting.commands import erase_and_print

    raise typer.Exit(erase_and_print(customer, dry_run, as_json))


def person(
    customer: Annotated[str, typer.Option(help="The customer's id in tickets.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The file to write, in JSON.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Write all that is held about a person, as they may ask for it."""
    from app.audit.forgetting.commands import person_and_print

    person_and_print(customer, out, as_json)


def keep(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Remove what is older than POLYDESK_KEEPING says it is kept."""
    from app.audit.forgetting.commands import keep_and_print

    keep_and_print(dry_run, as_json)


def _record_ingests() -> None:
    from app.audit.ingests import record_ingests_of
    from app.settings import load_settings

    record_ingests_of(load_settings())
