"""``polydesk backup`` and ``polydesk restore``."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.backup.manifest import Manifest

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_ELSEWHERE = "the database at POLYDESK_DATABASE_URL is not in it: back it up with its own tools (pg_dump)"


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.command("backup")(backup)
    root.command("restore")(restore)


def backup(
    to: Annotated[Path, typer.Option("--to", help="A file, as NAME.tar.zst, or a folder that is not there yet.")],
    as_json: _Json = False,
) -> None:
    """Copy the home to a safe place while everything goes on; without models, which can be had again."""
    from app.backup.taking import take_backup
    from app.settings import load_settings
    from ingest.showing import progress_bar

    settings, started = load_settings(), time.monotonic()
    with progress_bar("Copying files:", as_json) as advance:
        taken = take_backup(settings.home, to, settings.database_url is not None, advance)
    seconds = time.monotonic() - started
    if as_json:
        told = {"place": str(taken.place), "written": taken.written, "seconds": round(seconds, 2)}
        typer.echo(json.dumps({**told, **_told(taken.manifest), "left_out": taken.manifest.left_out}))
        return
    typer.echo(
        f"{taken.place}: {len(taken.manifest.members)} files, {_mb(taken.manifest.size)}"
        f" in {_mb(taken.written)}, {seconds:.1f} s"
    )
    for name, reason in taken.manifest.left_out.items():
        typer.echo(f"  without {name}: {reason}")
    if taken.manifest.databases == "elsewhere":
        typer.echo(f"polydesk: {_ELSEWHERE}", err=True)
    typer.echo("  it holds what people wrote, unencrypted, and only its owner may read it")


def restore(
    backup: Annotated[Path, typer.Argument(help="What `polydesk backup` wrote.")],
    to: Annotated[Path | None, typer.Option("--to", help="The home to make; POLYDESK_HOME by default.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, and change nothing.")] = False,
    without_indexes: Annotated[
        bool, typer.Option("--without-indexes", help="Leave those to `polydesk documents verify --repair`.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Bring a backup back; a home that is there is kept beside it under another name."""
    from app.backup.restoring import examine
    from app.backup.restoring import restore as restored_from
    from app.settings import load_settings
    from ingest.showing import progress_bar

    settings, started = load_settings(), time.monotonic()
    if to is not None:
        settings = settings.model_copy(update={"home": to.expanduser().absolute()})
    if dry_run:
        with progress_bar("Checking files:", as_json) as advance:
            manifest = examine(backup, advance)
        if as_json:
            typer.echo(json.dumps({"dry_run": True, "home": str(settings.home), **_told(manifest)}))
        else:
            typer.echo(f"{_described(manifest)}: whole. Nothing was changed.")
        return
    with (
        progress_bar("Unpacking files:", as_json) as unpacking,
        progress_bar("Making store and index, records:", as_json) as indexing,
    ):
        done = restored_from(backup, settings, not without_indexes, unpacking, indexing)
    if as_json:
        told = {"home": str(done.home), "records": done.records, "seconds": round(time.monotonic() - started, 2)}
        aside = {"set_aside": str(done.set_aside) if done.set_aside else None}
        typer.echo(json.dumps({**told, **aside, **_told(done.manifest)}))
        return
    typer.echo(f"{_described(done.manifest)}: restored to {done.home} in {time.monotonic() - started:.1f} s")
    if done.records is not None:
        typer.echo(f"  {done.records} records made from the ledger; all as it says")
    else:
        typer.echo("  run `polydesk documents verify --repair` to make store and index from the ledger")
    if done.set_aside:
        typer.echo(f"  what was there before is in {done.set_aside}; delete it when you miss nothing")
    if done.manifest.databases == "elsewhere":
        typer.echo(f"polydesk: {_ELSEWHERE.partition(':')[0]}: restore it with its own tools", err=True)


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "taken_at": manifest.taken_at.isoformat(),
        "polydesk": manifest.polydesk,
        "databases": manifest.databases,
        "revisions": manifest.revisions,
        "files": len(manifest.members),
        "bytes": manifest.size,
    }


def _described(manifest: Manifest) -> str:
    return (
        f"backup of {manifest.taken_at:%Y-%m-%d %H:%M} UTC, {len(manifest.members)} files, {_mb(manifest.size)}, "
        f"by polydesk {manifest.polydesk}"
    )


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
