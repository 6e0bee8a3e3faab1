"""``polydesk documents``: what is in the knowledge base, in which versions, and keeping it sound."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from ingest.knowledge import Knowledge

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsOf = Annotated[str | None, typer.Option(help="As of this day, as 2026-03-01; today by default.")]
Document = Annotated[str, typer.Argument(help="The document's id, as `polydesk documents list` shows it.")]

documents = typer.Typer(no_args_is_help=True, help="Documents and their versions: list, show, diff, rollback, verify.")


@documents.command("list")
def list_documents(
    as_of: AsOf = None,
    kind: Annotated[str | None, typer.Option(help="Only policy, article or ticket.")] = None,
    as_json: Json = False,
) -> None:
    """Every document with the version that is live."""
    from ingest.ledger.history import DocumentHistory
    from ingest.showing import print_documents

    with _ledger() as engine:
        lines = DocumentHistory(engine).documents(day_of(as_of) or date.today(), kind)
    _print_json([asdict(line) for line in lines]) if as_json else print_documents(lines)


@documents.command("show")
def show_document(
    document: Document,
    version: Annotated[int | None, typer.Option(help="Print the text of this version.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """A document's versions, what was found in it, and the text of the live version or of the one named."""
    from ingest.showing import print_document

    day = day_of(as_of) or date.today()
    with _ledger() as engine:
        history, lines = _versions(engine, document, day)
        chosen = _numbered(lines, version) if version else next((x for x in lines if x.status == "live"), lines[-1])
        findings, text = history.findings(document), history.text(chosen.id)
    if as_json:
        _print_json(
            {
                "document": document,
                "versions": [asdict(line) for line in lines],
                "findings": [asdict(finding) for finding in findings],
                "version": chosen.number,
                "text": text,
            }
        )
    else:
        print_document(lines, findings, chosen, text)


@documents.command("diff")
def diff_versions(
    document: Document,
    old: Annotated[int | None, typer.Argument(help="A version's number; the one before the last by default.")] = None,
    new: Annotated[int | None, typer.Argument(help="A version's number; the last by default.")] = None,
    as_json: Json = False,
) -> None:
    """Two versions of a document side by side."""
    from ingest.comparison import compare
    from ingest.errors import IngestUserError
    from ingest.ledger.collections import Collections
    from ingest.showing import print_differences

    with _ledger() as engine:
        _history, lines = _versions(engine, document, date.today())
        after = _numbered(lines, new) if new else lines[-1]
        if old is None and after.number == 1:
            raise IngestUserError(f"{document}: there is only one version; nothing to compare it with")
        before = _numbered(lines, old or after.number - 1)
        found = compare(*(Collections(engine).version(line.id).chunks for line in (before, after)))
    if as_json:
        _print_json({"document": document, "old": before.number, "new": after.number, "differences": found})
    else:
        print_differences(before, after, found)


@documents.command("rollback")
def roll_back(
    document: Document,
    to: Annotated[int | None, typer.Option(help="The version to go back to; the one before by default.")] = None,
    as_json: Json = False,
) -> None:
    """Publish an earlier version's text again; it stays until the source changes."""
    from ingest.rollback import choose_version, rollback

    with _ledger() as engine:
        live, chosen = choose_version(engine, document, to, date.today())
    with _writing() as (knowledge, renew_lock):
        number = rollback(knowledge, live, chosen, renew_lock)
    if as_json:
        _print_json({"document": document, "version": number, "says_again": chosen.number, "replaced": live.number})
    else:
        typer.echo(f"{document}: version {number} is live and says what version {chosen.number} said")


@documents.command("verify")
def verify_store(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what is found.")] = False,
    as_json: Json = False,
) -> None:
    """Check, chunk by chunk, that store and ledger agree."""
    from ingest.ledger.collections import Collections
    from ingest.ledger.shelving import Shelving
    from ingest.shelves import Shelves
    from ingest.showing import progress_bar
    from ingest.verify import Verifier

    with _writing() as (knowledge, _renew), progress_bar("Verifying", as_json) as advance:
        shelving = Shelving(knowledge.engine)
        shelves = Shelves(knowledge, shelving)
        shelves.clean()
        report = Verifier(shelves, shelving, Collections(knowledge.engine)).verify(repair, advance)
    if as_json:
        _print_json(asdict(report))
    else:
        for each in report.found:
            typer.echo(f"{each.fault}: {each.record_id} in the {each.index} index of the {each.shelf} shelf")
        outcome = "all as the ledger says" if not report.found else f"{len(report.found)} wrong"
        mended = f", {report.repaired} mended" if report.repaired else ""
        typer.echo(f"{report.records} records: {outcome}{mended}")
        if not report.is_sound:
            typer.echo("run `polydesk documents verify --repair` to mend them", err=True)
    if not report.is_sound:
        raise typer.Exit(1)


@documents.command("compact")
def compact_store(as_json: Json = False) -> None:
    """Rebuild the store beside the live one and switch to it; nothing is embedded again."""
    from ingest.compact import compact
    from ingest.showing import progress_bar

    with _writing() as (knowledge, _renew), progress_bar("Copying", as_json) as advance:
        done = compact(knowledge, advance)
    if as_json:
        _print_json(asdict(done) if done else None)
    else:
        typer.echo(f"{done.records} records rebuilt in {done.collection}" if done else "nothing to compact yet")


@contextmanager
def _ledger() -> Iterator[Engine]:
    from ingest.ledger.engine import open_ledger
    from ingest.settings import load_ingest_settings

    settings = load_ingest_settings()
    engine = open_ledger(settings.home, settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _writing() -> Iterator[tuple[Knowledge, Callable[[], None]]]:
    """The knowledge base as its readers see it, for the one who may write."""
    from ingest.knowledge import open_knowledge
    from ingest.ledger.locks import writer_lock
    from ingest.settings import load_ingest_settings

    with open_knowledge(load_ingest_settings()) as knowledge, writer_lock(knowledge.engine) as renew_lock:
        yield knowledge, renew_lock


def _versions(engine: Engine, document: str, day: date) -> Any:
    from ingest.errors import IngestUserError
    from ingest.ledger.history import DocumentHistory

    history = DocumentHistory(engine)
    lines = history.versions(document, day)
    if not lines:
        meant = " or ".join(history.like(document))
        raise IngestUserError(f"{document}: no such document" + (f"; did you mean {meant}?" if meant else ""))
    return history, lines


def _numbered(lines: Any, number: int) -> Any:
    from ingest.errors import IngestUserError

    for line in lines:
        if line.number == number:
            return line
    raise IngestUserError(f"{lines[0].document_id}: no version {number}; there are 1 to {lines[-1].number}")


def day_of(written: str | None) -> date | None:
    """The day that somebody wrote as 2026-03-01, None where nothing is written.

    :raises IngestUserError: it is none.
    """
    from ingest.errors import IngestUserError

    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise IngestUserError(f"{written!r} is no date: write it as 2026-03-01") from None


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False))


def _plain(value: Any) -> Any:
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)
