"""What ``polydesk audit replay`` does and prints."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import typer

from app.answers import Answer
from app.assistant import open_assistant
from app.audit.opening import open_trail
from app.audit.replaying import Replayed, replay
from app.conversations.database import database_url
from app.conversations.store import ConversationStore
from app.settings import load_settings
from ingest.ledger.engine import open_ledger

_WHY = {
    "document-changed": "a cited document was changed or is gone",
    "document-added": "other documents are found now",
    "policy-changed": "the policy of the guards is another",
    "model-changed": "the model is another",
    "prompt-changed": "the prompt is another",
    "not-known": "what the answer was made with was not noted at that time",
    "nothing": "nothing that is known of it has changed",
}
_STATES = {"as-cited": "in the ledger as cited", "other-words": "not as cited", "gone": "no longer in the ledger"}


def replay_and_print(message_id: int, model: str | None, as_json: bool) -> None:
    """Print an answer then and now; asking again is recorded.

    :raises AppUserError: there is no such answer.
    """
    settings = load_settings()
    conversations = ConversationStore(database_url(settings), trail=open_trail(settings))
    ledger = open_ledger(settings.home, settings.database_url)
    try:
        conversations.message(message_id)  # before the assistant is opened, which takes a while
        conversations.sessions.record("answer.replayed", f"answer:{message_id}")
        assistant = open_assistant(settings)
        try:
            found = replay(message_id, conversations, ledger, assistant, model)
        finally:
            assistant.close()
    finally:
        ledger.dispose()
        conversations.close()
    if as_json:
        typer.echo(json.dumps(as_plain(found), ensure_ascii=False))
    else:
        _print(found)


def as_plain(found: Replayed) -> dict[str, Any]:
    """As ``--json`` prints it."""
    return {
        "answer": found.message_id,
        "at": found.at,
        "question": found.question,
        "evidence": [asdict(each) for each in found.evidence],
        "then": found.then.model_dump(mode="json"),
        "now": found.now.model_dump(mode="json"),
        "compared": asdict(found.compared),
        "why": list(found.why),
    }


def _print(found: Replayed) -> None:
    typer.echo(f"Answer {found.message_id} of {found.at}\n\nQuestion\n  {found.question}")
    for title, answer in (("Then", found.then), ("Today", found.now)):
        typer.echo(f"\n{title} ({answer.action}, {answer.model}{_made(answer)})")
        for line in answer.answer.splitlines():
            typer.echo(f"  {line}")
    typer.echo("\nEvidence")
    for each in found.evidence:
        live = f"version {each.live} is live" if each.live else "none is live"
        now = live if each.is_superseded else "still live"
        typer.echo(f"  [{each.n}] {each.document}, version {each.version}: {_STATES[each.state]}, {now}")
    compared = found.compared
    for name, words in (("only then", compared.figures_gone), ("only today", compared.figures_new)):
        if words:
            typer.echo(f"\nFigures said {name}: {', '.join(words)}")
    typer.echo(f"\nOutcome: {compared.outcome}; {'; '.join(_WHY[each] for each in found.why)}")


def _made(answer: Answer) -> str:
    made = answer.made_with
    if made is None:
        return ""
    parts = {"policy": made.policy, "prompt": made.prompt, "model": made.model_digest.removeprefix("sha256:")}
    return "".join(f", {name} {digest[:12]}" for name, digest in parts.items() if digest)
