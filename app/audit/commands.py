"""What ``polydesk audit verify``, ``show``, ``export`` and ``seal`` do and print."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import typer

from app.audit import reading
from app.audit.actions import ACTIONS
from app.audit.errors import AuditUserError
from app.audit.exporting import export
from app.audit.ingests import record_ingests
from app.audit.opening import open_trail
from app.audit.record import Record
from app.audit.sealed_outside import publish, published
from app.audit.trail import ChainTrail
from app.audit.verifying import Verdict, verify
from app.conversations.sessions import Sessions, open_sessions
from app.phases import shown_phases
from app.settings import Settings, load_settings
from ingest.ledger.engine import open_ledger

_MOST_ENTRIES = 8  # of a list
_MOST_FAULTS = 50  # that are printed for a person; --json has all


def verify_and_print(as_json: bool) -> int:
    """Returns the exit status, 1 where anything is wrong."""
    settings = load_settings()
    trail = open_trail(settings)
    with open_sessions(settings) as sessions, shown_phases() as phases, phases.phase("Looking at every record") as show:
        verdict = verify_home(sessions, trail, show)
    if as_json:
        _print_json({**asdict(verdict), "sound": verdict.is_sound})
    else:
        _print_verdict(verdict, trail)
    return 0 if verdict.is_sound else 1


def verify_home(sessions: Sessions, trail: ChainTrail, show: Any = None) -> Verdict:
    """Look at the chain in a database, with its seals inside and outside.

    :param show: told how many records of how many were looked at.
    """
    outside = published(trail.seals_outside) if trail.seals_outside else []
    with sessions.read() as session:
        total = reading.count(session)
        return verify(
            reading.records(session),
            reading.head(session),
            reading.seals(session),
            outside,
            trail.key,
            (lambda done: show(done, total)) if show else lambda _done: None,
        )


def show_and_print(last: int, subject: str, action: str, as_json: bool) -> None:
    """Print the newest records.

    :raises AuditUserError: there is no such action.
    """
    if action and action not in ACTIONS:
        raise AuditUserError(f"--action {action} is not known: use one of {', '.join(ACTIONS)}")
    with _observed(load_settings()) as sessions, sessions.read() as session:
        found = reading.last_records(session, last, subject, action)
    if as_json:
        _print_json([_plain(record) for record in found])
        return
    for record in found:
        details = " ".join(f"{name}={_short(value)}" for name, value in json.loads(record.details).items() if value)
        typer.echo(f"{record.number}  {record.at[:19]}Z  {record.actor}  {record.action}  {record.subject}  {details}")
    if not found:
        typer.echo("Nothing is recorded yet.")


def export_and_print(out: Path, since: str | None, until: str | None, as_json: bool) -> None:
    """Write the records, which is itself recorded first.

    :raises AuditUserError: a day is none, or the file cannot be written.
    """
    days = [_day(since, "--since"), _day(until, "--until")]
    with _observed(load_settings()) as sessions:
        sessions.record("audit.exported", "audit:records", {"since": days[0], "until": days[1]})
        with sessions.read() as session:
            written = export(out, reading.records(session, *days), reading.head(session), reading.seals(session))
    if as_json:
        values = {"file": str(written.file), "manifest": str(written.manifest)}
        _print_json({**values, "records": written.records, "hash": written.hash})
    else:
        typer.echo(f"{written.records} records are in {written.file}; {written.manifest} says how to verify them.")


def seal_and_print(as_json: bool) -> None:
    """Seal the chain, and bring the seals outside of the home up to date."""
    settings = load_settings()
    trail = open_trail(settings)
    with _observed(settings) as sessions:
        sessions.record("audit.sealed", "audit:head")
        with sessions.write() as session:
            sealed = trail.seal(session)
        written = catch_up_outside(sessions, trail)
    count = sealed.count if sealed else 0
    if as_json:
        _print_json({"count": count, "hash": sealed.hash if sealed else "", "written_outside": written})
    else:
        typer.echo(f"{count} records are sealed." + (f" Seals are in {settings.audit_seals}, too." if written else ""))


def catch_up_outside(sessions: Sessions, trail: ChainTrail) -> bool:
    """Write the seals outside of the home that are not there yet; whether there is such a place.

    :raises AuditUserError: it cannot be written.
    """
    path = trail.seals_outside
    if path is None:
        return False
    known = {seal.count for seal in published(path)}
    with sessions.read() as session:
        new = [seal for seal in reading.seals(session) if seal.count not in known]
    try:
        publish(path, new)
    except OSError as error:
        raise AuditUserError(f"{path}: the seals cannot be written there: {error.strerror}") from None
    return True


@contextmanager
def _observed(settings: Settings) -> Iterator[Sessions]:
    """The database, with what ingests did until now recorded."""
    ledger = open_ledger(settings.home, settings.database_url)
    try:
        with open_sessions(settings) as sessions:
            record_ingests(sessions, ledger)
            yield sessions
    finally:
        ledger.dispose()


def _print_verdict(verdict: Verdict, trail: ChainTrail) -> None:
    for fault in verdict.faults[:_MOST_FAULTS]:
        typer.echo(str(fault), err=True)
    if len(verdict.faults) > _MOST_FAULTS:
        typer.echo(f"… and {len(verdict.faults) - _MOST_FAULTS} more: --json has all", err=True)
    if verdict.is_sound:
        typer.echo(f"{verdict.records} records are as they were written; {verdict.seals} seals fit.")
    else:
        typer.echo(f"{verdict.records} records were looked at: the audit is not as it was written.", err=True)
    if trail.seals_outside is None:
        typer.echo(
            "No seal is kept outside of the home: whoever can write there, its key and the database can put all back "
            "to an earlier state unseen. Set POLYDESK_AUDIT_SEALS to a file that they cannot change.",
            err=True,
        )


def _short(value: Any) -> str:
    """A list by its length where it has many entries; ``--json`` has all."""
    return f"({len(value)})" if isinstance(value, list) and len(value) > _MOST_ENTRIES else str(value)


def _plain(record: Record) -> dict[str, Any]:
    return {**asdict(record), "details": json.loads(record.details)}


def _day(text: str | None, option: str) -> str:
    if text is None:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise AuditUserError(f"{option} {text}: write the day as 2026-11-21") from None


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
