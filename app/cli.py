"""Commands of the app room."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer


def register(root: typer.Typer) -> None:
    """Add this room's commands."""
    root.command("ask")(ask)
    root.command("ui")(ui)
    root.command("doctor")(doctor)


def ask(
    question: Annotated[str, typer.Argument(help="The question, in any language.")],
    model: Annotated[str | None, typer.Option(help="ollama:TAG, or quoting.")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Answer as of this day.")] = None,
    customer: Annotated[str | None, typer.Option(help="Read this customer's tickets as well.")] = None,
    audience: Annotated[str, typer.Option(help="What the asker may read: all, agent or manager.")] = "agent",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
) -> None:
    """Ask one question and print the answer with its citations."""
    from app.answers import Question
    from app.asking import ask_and_print

    asked = Question(
        text=question,
        model=model,
        as_of=as_of.date() if as_of else None,
        customer_id=customer,
        audience=audience,
    )
    ask_and_print(asked, as_json)


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
