"""Commands of the app room."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.accounts.cli import register as register_accounts
from app.audit.cli import register as register_audit
from app.backup.cli import register as register_backup
from app.dashboard.cli import register as register_dashboard
from app.desk.cli import register as register_desk
from app.desk.knowledge.cli import register as register_reports
from app.drift.cli import register as register_drift
from app.escalations.cli import register as register_escalations
from app.models.cli import register as register_models
from app.schemas.cli import register as register_database


def register(root: typer.Typer) -> None:
    """Add this room's commands."""
    root.command("ask")(ask)
    root.command("search")(search)
    root.command("ui")(ui)
    root.command("doctor")(doctor)
    register_escalations(root)
    register_desk(root)
    register_reports(root)
    register_dashboard(root)
    register_drift(root)
    register_accounts(root)
    register_audit(root)
    register_models(root)
    register_backup(root)
    register_database(root)
    guards = typer.Typer(help="The guards, and what their policy makes of its own examples.", no_args_is_help=True)
    guards.command("test")(guard_test)
    root.add_typer(guards, name="guard")


def ask(
    question: Annotated[str, typer.Argument(help="The question, in any language.")],
    model: Annotated[str | None, typer.Option(help="ollama:TAG, or quoting.")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Answer as of this day.")] = None,
    customer: Annotated[str | None, typer.Option(help="Read this customer's tickets as well.")] = None,
    audience: Annotated[str, typer.Option(help="What the asker may read: all, agent or manager.")] = "agent",
    after: Annotated[
        list[str] | None, typer.Option(help="A question asked before, which this one follows; can be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
) -> None:
    """Ask one question and print the answer with its citations."""
    from app.answers import Question, Turn
    from app.asking import ask_and_print

    asked = Question(
        text=question,
        model=model,
        as_of=as_of.date() if as_of else None,
        customer_id=customer,
        audience=audience,
        history=tuple(Turn(role="user", text=earlier) for earlier in after or ()),
    )
    ask_and_print(asked, as_json)


def search(
    question: Annotated[str, typer.Argument(help="The question, in any language.")],
    k: Annotated[int, typer.Option("--k", min=1, max=100, help="How many hits.")] = 8,
    language: Annotated[str | None, typer.Option(help="The question's language, as de; found by default.")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Search as of this day.")] = None,
    audience: Annotated[str, typer.Option(help="What the asker may read: all, agent or manager.")] = "agent",
    customer: Annotated[str | None, typer.Option(help="Search this customer's tickets as well.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only policy, article or ticket; can be repeated.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each hit was found.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Search the documents and print the hits, without an answer."""
    from app.searching import SearchRequest, search_and_print

    request = SearchRequest(
        question=question,
        k=k,
        language=language,
        as_of=as_of.date() if as_of else None,
        audience=audience,
        customer_id=customer,
        kinds=frozenset(kind) if kind else None,
    )
    search_and_print(request, explain, as_json)


def ui(
    port: Annotated[int | None, typer.Option(help="Port on the host; POLYDESK_PORT, or 8501.")] = None,
) -> None:
    """Serve the chat page until Ctrl-C."""
    from app.serving import serve_until_stopped
    from app.settings import load_settings

    settings = load_settings()
    serve_until_stopped(settings if port is None else settings.model_copy(update={"port": port}))


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what is there and what is not, each with what to do."""
    from app.doctor import examine, print_findings
    from app.settings import load_settings

    if not print_findings(examine(load_settings()), as_json):
        raise typer.Exit(1)


def guard_test(
    policy: Annotated[
        Path | None, typer.Option(help="A policy to try before it goes live; the one in force when not given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Run the policy's own examples; exit status 1 when one does not come out as expected."""
    from app.guard_examples import print_results, run_examples
    from app.settings import load_settings

    if not print_results(run_examples(load_settings(), policy, show=not as_json), as_json):
        raise typer.Exit(1)
