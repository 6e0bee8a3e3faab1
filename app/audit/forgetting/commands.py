"""What ``polydesk audit erase``, ``person`` and ``keep`` do and print."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer

from app.audit.errors import AuditUserError
from app.audit.forgetting.erasing import Erased, erase
from app.audit.forgetting.keeping import keep, load_periods
from app.audit.forgetting.telling import held_about
from app.conversations.sessions import open_sessions
from app.phases import shown_phases
from app.settings import load_settings
from ingest.ledger.engine import open_ledger

_MOST_PLACES = 40  # that are printed for a person; --json has all


def erase_and_print(customers: Sequence[str], dry_run: bool, as_json: bool) -> int:
    """Returns the exit status, 1 where something is left.

    :raises AuditUserError: nothing is held about them.
    """
    with shown_phases() as phases:
        erased = erase(load_settings(), customers, dry_run, phases.phase)
    if as_json:
        typer.echo(json.dumps(asdict(erased), ensure_ascii=False))
    else:
        _print_erased(erased)
    return 1 if erased.left else 0


def person_and_print(customer_id: str, out: Path, as_json: bool) -> None:
    """Write all that is held about a customer, which is itself recorded first.

    :raises AuditUserError: nothing is held, or the file cannot be written.
    """
    settings = load_settings()
    ledger = open_ledger(settings.home, settings.database_url)
    try:
        with open_sessions(settings) as sessions:
            held, told = held_about(sessions, ledger, customer_id)
            if held.is_empty:
                raise AuditUserError(f"nothing is held about {customer_id}: look at `polydesk tickets list`")
            sessions.record("person.exported", sessions.pseudonym(customer_id))
    finally:
        ledger.dispose()
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
            file.write("\n")
    except OSError as error:
        raise AuditUserError(f"{out} cannot be written: {error.strerror}") from None
    counts = {name: len(told[name]) for name in ("tickets", "documents", "conversations", "records")}
    if as_json:
        typer.echo(json.dumps({"file": str(out), **counts}))
    else:
        typer.echo(f"{out}: {', '.join(f'{count} {name}' for name, count in counts.items())}.")


def keep_and_print(dry_run: bool, as_json: bool) -> None:
    """Remove what is older than it may be kept.

    :raises AuditUserError: the file of the periods cannot be used.
    """
    settings = load_settings()
    periods = load_periods(settings.keeping)
    with open_sessions(settings) as sessions:
        removed = keep(settings, sessions, periods, datetime.now(UTC), dry_run)
    if as_json:
        typer.echo(json.dumps({**asdict(removed), "dry_run": dry_run}))
        return
    verb = "would be removed" if dry_run else "removed"
    for name, count in asdict(removed).items():
        days = getattr(periods, name)
        typer.echo(f"{name.replace('_', ' ')}: {count} {verb} (kept {days}{'' if days == 'forever' else ' days'})")


def _print_erased(erased: Erased) -> None:
    verb = "would be taken out" if erased.dry_run else "taken out"
    typer.echo(
        f"{erased.tickets} tickets, {erased.conversations} conversations and {erased.documents} documents in "
        f"{erased.versions} versions {verb}."
    )
    if erased.dry_run:
        typer.echo(f"By {erased.values} values it would be proved that nothing is left.")
        return
    if erased.vault_values:
        typer.echo(f"{erased.vault_values} values were taken from conversations about others.")
    for place in erased.mentions[:_MOST_PLACES]:
        typer.echo(f"still named by others ({place.type}): {place.place}", err=True)
    for place in erased.left[:_MOST_PLACES]:
        typer.echo(f"LEFT ({place.type}): {place.place}", err=True)
    searched = f"{erased.values - erased.too_short} values were looked for in every file and table"
    typer.echo(f"{searched}: {len(erased.left)} are left." if erased.left else f"{searched}: none is left.")
    if erased.left:
        typer.echo("Mend these places, then run the same again; what is known of the person is kept until then.")
    typer.echo("Take the person out of your sources and backups, too: the next ingest or import reads what is there.")
