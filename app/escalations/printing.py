"""Cases as a person reads them in a terminal, and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.conversations.records import shortened
from app.escalations.records import Candidate, Escalation
from prompts.library import FALLBACK_LANGUAGE, cause_name, first_step


def as_plain(escalation: Escalation, packet: bool) -> dict[str, Any]:
    """The values of a case; times are in ISO 8601, in UTC.

    :param packet: all of it; only the question and its language otherwise.
    """
    values = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(escalation).items()
        if name != "packet"
    }
    if packet:
        return {**values, "packet": escalation.packet.model_dump(mode="json")}
    return {**values, "question": escalation.packet.question, "language": escalation.packet.language}


def print_list(escalations: Sequence[Escalation]) -> None:
    """A row for each case."""
    console = Console(highlight=False)
    if not escalations:
        console.print("No cases.")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("", justify="right")
    for name in ("priority", "state", "since (UTC)", "team", "cause"):
        table.add_column(name)
    table.add_column("question", ratio=1)
    for each in escalations:
        table.add_row(
            str(each.id),
            each.priority,
            each.state,
            f"{each.created_at:%Y-%m-%d %H:%M}",
            escape(each.team),
            escape(each.cause),
            escape(shortened(each.packet.question, 80)),
        )
    console.print(table)


def plain_candidate(candidate: Candidate) -> dict[str, Any]:
    """The values of an answer that could stand in the knowledge base."""
    at = candidate.answered_at
    return {**asdict(candidate), "answered_at": at.isoformat() if at else None}


def print_candidates(candidates: Sequence[Candidate]) -> None:
    """Question and answer of each."""
    console = Console(highlight=False)
    for each in candidates:
        console.print(f"{each.escalation_id}. {each.question}", style="bold", markup=False)
        console.print(f"{each.answer}\n", markup=False)
    console.print(f"{len(candidates)} answers that the documents do not have")


def print_packet(escalation: Escalation) -> None:
    """Everything of one case, what is to be done first."""
    console, packet = Console(highlight=False), escalation.packet

    def say(heading: str, lines: Sequence[str]) -> None:
        if lines:
            console.print(f"\n{heading}", style="bold")
            for line in lines:
                console.print(line, markup=False)

    name = cause_name(escalation.cause, FALLBACK_LANGUAGE)
    console.print(f"{escalation.id}. {name}", style="bold", markup=False)
    console.print(f"{escalation.team} · {escalation.priority} · {_state(escalation)}", markup=False)
    say("First step", [first_step(packet.first_step, FALLBACK_LANGUAGE)])
    say("Summary", [packet.summary])
    say("Conversation", [f"{said.role}: {said.text}" for said in packet.conversation])
    say(
        "Found",
        [f"[{each.n}] {each.document}, version {each.version}: {each.quote}" for each in packet.found]
        or [packet.search_problem or "nothing"],
    )
    say("Contradictions", [" / ".join(each.says) for each in packet.contradictions])
    say("Withheld", [f"{each.text} ({'; '.join(each.reasons)})" for each in packet.withheld])
    say("Guards", [f"{each.code} ({each.guard}): {each.reason}" for each in packet.findings])
    say("Reasons", [", ".join(packet.reasons)] if packet.reasons else [])
    say("Answer", [escalation.answer] if escalation.answer else [])
    say("Remark", [escalation.remark] if escalation.remark else [])
    console.print(f"\nConversation {escalation.conversation_id}", style="dim", markup=False)


def _state(escalation: Escalation) -> str:
    by = escalation.closed_by if escalation.state == "closed" else escalation.acknowledged_by
    return f"{escalation.state} ({by})" if by else escalation.state
