"""``polydesk database``: which schema the databases have, and changing it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.schemas.schema import Schema

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Try it on a copy (on a server: undone again), and print the SQL.")
]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    database = typer.Typer(help="The schemas of ledger and conversations.", no_args_is_help=True)
    database.command("status")(status)
    database.command("upgrade")(upgrade)
    database.command("downgrade")(downgrade)
    root.add_typer(database, name="database")


def status(as_json: _Json = False) -> None:
    """Which revision each database has, and which one this version works with; exit status 1 where they differ."""
    from app.schemas.schema import schemas
    from app.settings import load_settings

    found = [schema.standing() for schema in schemas(load_settings())]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found]))
    else:
        for each in found:
            more = f", to come: {' '.join(each.pending)}" if each.pending else ""
            typer.echo(f"{each.name}: {each.revision or 'none'} of {each.head}, {each.state}{more}")
    if any(each.state in ("behind", "newer") for each in found):
        raise typer.Exit(1)


def upgrade(dry_run: _DryRun = False, as_json: _Json = False) -> None:
    """Bring both databases to the newest revision, as the first command that needs them would do by itself."""
    from app.schemas.schema import schemas
    from app.settings import load_settings

    done = {}
    for schema in schemas(load_settings()):
        behind = schema.standing().state == "behind"
        done[schema.name] = schema.upgrade(dry_run) if behind else []
    _tell(done, dry_run, as_json)


def downgrade(
    name: Annotated[str, typer.Argument(help="ledger or conversations.")],
    revision: Annotated[str, typer.Argument(help="The revision to go back to, as `status` shows it.")],
    yes: Annotated[bool, typer.Option("--yes", help="There is a backup: go ahead.")] = False,
    dry_run: _DryRun = False,
    as_json: _Json = False,
) -> None:
    """Take one database back for an earlier version of polydesk; what that one had no place for is lost."""
    from app.backup.using import refuse_if_used
    from app.errors import AppUserError
    from app.schemas.schema import schemas
    from app.settings import load_settings

    settings = load_settings()
    chosen: Schema | None = {schema.name: schema for schema in schemas(settings)}.get(name)
    if chosen is None:
        raise AppUserError(f"{name}: there is no such database; name ledger or conversations")
    if not dry_run:
        if not yes:
            raise AppUserError(
                "what the earlier version has no place for would be lost: take a backup "
                "(`polydesk backup --to FILE`), look at --dry-run, then repeat this with --yes"
            )
        if chosen.file is not None:
            refuse_if_used(settings.home)
    statements = chosen.downgrade(revision, dry_run)
    _tell({name: statements}, dry_run, as_json)
    if not dry_run:
        typer.echo(
            f"polydesk: {name} is at {revision}; install the earlier version now, this one upgrades it again",
            err=True,
        )


def _tell(done: dict[str, list[str]], dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, "statements": done}))
        return
    for name, statements in done.items():
        if not statements:
            typer.echo(f"-- {name}: nothing to do")
            continue
        typer.echo(f"-- {name}: {len(statements)} statements" + (", tried and undone" if dry_run else ""))
        for statement in statements if dry_run else ():
            typer.echo(f"{statement};")
