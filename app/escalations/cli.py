"""``polydesk escalations``: the queue of cases that wait for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.escalations.records import Escalation
    from app.escalations.store import EscalationStore

Number = Annotated[int, typer.Argument(help="The number of the case.", show_default=False)]
By = Annotated[str | None, typer.Option(help="Who does it; the user of this machine by default.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this folder."""
    commands = typer.Typer(help="Cases that wait for a person, and what became of them.", no_args_is_help=True)
    commands.command("list")(list_escalations)
    commands.command("show")(show_escalation)
    commands.command("acknowledge")(acknowledge)
    commands.command("answer")(answer)
    commands.command("close")(close)
    commands.command("candidates")(candidates)
    root.add_typer(commands, name="escalations")


def list_escalations(
    state: Annotated[
        list[str] | None,
        typer.Option(help="open, acknowledged, answered, closed; can be repeated. All but closed by default."),
    ] = None,
    team: Annotated[str | None, typer.Option(help="Only this team's.")] = None,
    priority: Annotated[str | None, typer.Option(help="Only urgent, high, normal or low.")] = None,
    as_json: Json = False,
) -> None:
    """The cases, the most pressing and of those the oldest first."""
    from app.escalations.printing import as_plain, print_list
    from app.escalations.records import PRIORITIES, STATES, WAITING

    states = [_one_of(each, STATES, "--state") for each in state or WAITING]
    wanted = _one_of(priority, PRIORITIES, "--priority") if priority else None
    with _store() as store:
        found = store.list(states, team, wanted)
    if as_json:
        _print_json([as_plain(each, packet=False) for each in found])
    else:
        print_list(found)


def show_escalation(number: Number, as_json: Json = False) -> None:
    """All that is known of one case."""
    from app.escalations.printing import print_packet

    with _store() as store:
        found = store.get(number)
        store.sessions.record("case.opened", f"case:{number}", {"conversation": found.conversation_id})
    if as_json:
        _print_one(found)
    else:
        print_packet(found)


def acknowledge(number: Number, by: By = None, as_json: Json = False) -> None:
    """Say that somebody looks after a case."""
    with _store() as store:
        _report(store.acknowledge(number, by or _user()), as_json)


def answer(
    number: Number,
    text: Annotated[str, typer.Argument(help="What the customer was told.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Keep what a person answered; it becomes a candidate for the knowledge base."""
    with _store() as store:
        _report(store.answer(number, by or _user(), text), as_json)


def close(
    number: Number,
    remark: Annotated[str, typer.Option(help="What came of it.")] = "",
    by: By = None,
    as_json: Json = False,
) -> None:
    """Say that a case is settled."""
    with _store() as store:
        _report(store.close(number, by or _user(), remark), as_json)


def candidates(
    to: Annotated[Path | None, typer.Option(help="Write each as an article into this folder, to be ingested.")] = None,
    as_json: Json = False,
) -> None:
    """What people answered and the documents do not say yet."""
    from app.escalations.articles import write_articles
    from app.escalations.printing import plain_candidate, print_candidates

    with _store() as store:
        found = store.candidates()
        written = write_articles(found, to) if to else []
        for each in found if to else ():
            store.settle_candidate(each.escalation_id, taken=True)
    if as_json:
        _print_json([plain_candidate(each) for each in found])
    elif to:
        typer.echo(f"{len(written)} articles written to {to}; read them, then run polydesk ingest {to}")
    else:
        print_candidates(found)


@contextmanager
def _store() -> Iterator[EscalationStore]:
    from app.conversations.sessions import open_sessions
    from app.escalations.store import EscalationStore
    from app.settings import load_settings

    with open_sessions(load_settings()) as sessions:
        yield EscalationStore(sessions)


def _one_of(value: str, known: tuple[Any, ...], option: str) -> Any:
    from app.errors import AppUserError

    if value not in known:
        raise AppUserError(f"{option} {value} is not known: use {', '.join(known)}")
    return value


def _user() -> str:
    import getpass

    return getpass.getuser()


def _report(escalation: Escalation, as_json: bool) -> None:
    if as_json:
        _print_one(escalation)
    else:
        typer.echo(f"Escalation {escalation.id} is {escalation.state}.")


def _print_one(escalation: Escalation) -> None:
    from app.escalations.printing import as_plain

    _print_json(as_plain(escalation, packet=True))


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
