"""``polydesk accounts``: who may sign in to the page."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.accounts.file import AccountFile
    from app.accounts.roles import Role

PASSWORD_VARIABLE = "POLYDESK_NEW_PASSWORD"  # noqa: S105  # the variable's name
Name = Annotated[str, typer.Argument(help="The name to sign in with.", show_default=False)]
RoleName = Annotated[str, typer.Argument(help="agent, operations, auditor or administrator.", show_default=False)]


def register(root: typer.Typer) -> None:
    """Add the commands of this folder."""
    commands = typer.Typer(
        help="Who may sign in to the page. From the first account on, everybody has to.", no_args_is_help=True
    )
    commands.command("add")(add)
    commands.command("list")(list_accounts)
    commands.command("password")(password)
    commands.command("role")(role)
    commands.command("remove")(remove)
    commands.command("lock")(lock)
    root.add_typer(commands, name="accounts")


def add(
    name: Name,
    role: Annotated[str, typer.Option(help="agent, operations, auditor or administrator.")] = "agent",
    display_name: Annotated[str, typer.Option(help="The name to show; the name itself when not given.")] = "",
    audience: Annotated[str, typer.Option(help="What they read: all, agent, manager, or your own word.")] = "agent",
    language: Annotated[
        str | None, typer.Option(help="Of the page, as de; the browser's when not given.", show_default=False)
    ] = None,
) -> None:
    """Add an account; the password is asked for, or read from POLYDESK_NEW_PASSWORD."""
    from pydantic import ValidationError

    from app.accounts.account import OIDC_PREFIX, Account
    from app.accounts.file import said_of
    from app.errors import AppUserError

    values = {
        "name": name,
        "display_name": display_name or name,
        "role": _role(role),
        "audience": audience,
        "language": language,
    }
    try:
        account = Account.model_validate(values)
    except ValidationError as error:
        raise AppUserError(said_of(error)) from None
    file = _file()
    first = not file.all()
    if first and account.role != "administrator":
        raise AppUserError("the first account must be an administrator's, who can add the others: --role administrator")
    file.add(account, None if account.name.startswith(OIDC_PREFIX) else _new_password())
    typer.echo(f"{account.name} can sign in." + (" From now on, everybody has to." if first else ""))


def list_accounts(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """The accounts; without their hashes."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    accounts = _file().all()
    if as_json:
        typer.echo(json.dumps([each.model_dump(exclude={"password"}) for each in accounts], ensure_ascii=False))
        return
    if not accounts:
        typer.echo("There is no account: the page is open to whoever uses this machine.")
        return
    table = Table()
    for column in ("name", "shown as", "role", "reads", "language", ""):
        table.add_column(column)
    for each in accounts:
        state = "locked" if each.locked else ""
        table.add_row(
            escape(each.name), escape(each.display_name), each.role, escape(each.audience), each.language or "", state
        )
    Console().print(table)


def password(name: Name) -> None:
    """Set a new password; whoever is signed in with the old one is signed out."""
    _file().set_password(name, _new_password())
    typer.echo(f"The password of {name} is changed.")


def role(name: Name, role: RoleName) -> None:
    """Give an account another role."""
    _file().set_role(name, _role(role))
    typer.echo(f"{name} is {role} now.")


def remove(name: Name) -> None:
    """Remove an account; its conversations stay, and auditors and administrators can read them."""
    _file().remove(name)
    typer.echo(f"{name} is removed.")


def lock(
    name: Name, unlock: Annotated[bool, typer.Option("--unlock", help="Let the account sign in again.")] = False
) -> None:
    """Lock an account: it is signed out at once and cannot sign in."""
    _file().set_locked(name, not unlock)
    typer.echo(f"{name} is {'unlocked' if unlock else 'locked'}.")


def _file() -> AccountFile:
    from app.accounts.file import AccountFile
    from app.audit.apart import RecorderApart
    from app.settings import load_settings

    settings = load_settings()
    return AccountFile(settings.home, RecorderApart(settings))


def _role(name: str) -> Role:
    from app.accounts.roles import ROLES
    from app.errors import AppUserError

    known = next((each for each in ROLES if each == name), None)
    if known is None:
        raise AppUserError(f"{name} is no role: use {', '.join(ROLES)}")
    return known


def _new_password() -> str:
    """From the environment, or asked for twice; never from the command line, which everybody can read."""
    given = os.environ.get(PASSWORD_VARIABLE)
    return given if given is not None else str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
