"""Briefs as a person reads them in a terminal, and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from app.desk.changes.brief import Brief
from app.desk.changes.change import Span
from app.desk.changes.told import Told
from app.desk.changes.wording import effect_of, facts_of, headline_of
from prompts.updates import UpdateWords, update_words

_SHOWN = 20  # briefs on a screen


def as_plain(told: Told, today: date) -> dict[str, Any]:
    """Every value of a brief and of what was found about it; days and times in ISO 8601."""
    brief = told.brief
    plain: dict[str, Any] = _plain(asdict(brief))
    answers = [{**_plain(asdict(each)), **_again(told, str(each.message_id))} for each in told.answers]
    golden = [{**_plain(asdict(each)), **_again(told, each.id)} for each in told.golden]
    touched = {"answers": answers, "golden": golden, "drafts": [each.id for each in told.drafts]}
    states = {
        "kinds": list(brief.kinds),
        "values": [asdict(value) for value in brief.values],
        "is_meaning": brief.is_meaning,
        "ahead": brief.is_ahead(today),
    }
    return {**plain, **states, "summary": told.summary, "touched": touched, "read": _plain(asdict(told.read))}


def print_changes(found: Sequence[Told], language: str) -> None:
    """The newest briefs in full."""
    console, words = Console(highlight=False), update_words(language)
    if not found:
        console.print(words.nothing)
        return
    for told in found[:_SHOWN]:
        _print(console, told, words, language)
    if len(found) > _SHOWN:
        console.print(f"… {len(found) - _SHOWN} more: narrow with --since, --run or --document, or take --json")


def _print(console: Console, told: Told, words: UpdateWords, language: str) -> None:
    brief, today = told.brief, date.today()
    console.rule(f"[bold]{escape(brief.title)}[/]  [dim]{escape(brief.document)}[/]", align="left")
    console.print(Text(f"{words.what[brief.what]} · {effect_of(brief, words, language, today)}", style="bold"))
    console.print(Text(" · ".join(facts_of(brief, words, language)), style="dim"))
    if told.summary:
        console.print(Text(told.summary))
    if headline := headline_of(brief, words):
        console.print(Text(headline, style="yellow"))
    for fact in brief.facts:
        console.print(Text(f"{words.facts[fact.fact]}: {fact.old or '–'} → {fact.new or '–'}"))
    if brief.changes:
        console.print(_table(brief, words))
    for line in brief.excerpt:
        console.print(Text(f"  {line}", style="dim"))
    _print_touched(console, told)


def _table(brief: Brief, words: UpdateWords) -> Table:
    table = Table(show_lines=True, expand=True)
    table.add_column("", max_width=24)
    table.add_column(words.before, ratio=1, overflow="fold")
    table.add_column(words.now, ratio=1, overflow="fold")
    for change in brief.changes:
        kinds = ", ".join(words.kind(kind) for kind in change.kinds)
        table.add_row(
            escape(kinds), _marked(change.old, change.old_marks, "red"), _marked(change.new, change.new_marks, "green")
        )
        if change.place_only:
            table.add_row("", Text(_path(change.old_heading)), Text(_path(change.new_heading)))
    return table


def _print_touched(console: Console, told: Told) -> None:
    for each in told.answers:
        verdict = f"wrong from {each.wrong_from}" if each.wrong_from else "wrong"
        verdict = verdict if each.wrong else "still supported"
        console.print(Text(f"Answer {each.message_id} of {each.asked_at:%Y-%m-%d %H:%M} UTC, {verdict}", style="bold"))
        console.print(Text(f"  {each.question}\n  {each.sentence}"))
        _print_again(console, told, str(each.message_id))
    for golden in told.golden:
        state = "its words are gone" if golden.quote_gone else "its document changed"
        console.print(Text(f"Golden question {golden.id}: {golden.question} ({state})"))
        _print_again(console, told, golden.id)
    if told.drafts:
        console.print(Text(f"Open drafts: {', '.join(str(each.id) for each in told.drafts)}"))
    if told.read.read:
        console.print(Text(f"Read by {', '.join(each.by for each in told.read.read)}", style="dim"))
    if told.read.unread:
        console.print(Text(f"Not yet read by {', '.join(told.read.unread)}", style="dim"))


def _print_again(console: Console, told: Told, key: str) -> None:
    compared = told.again.get(key)
    if compared is not None:
        console.print(Text(f"  Asked again ({compared.outcome}): {compared.new}", style="cyan"))


def _marked(text: str, marks: Sequence[Span], colour: str) -> Text:
    shown = Text(text)
    for start, end in marks:
        shown.stylize(f"bold {colour}", start, end)
    return shown


def _path(heading: Sequence[str]) -> str:
    return " > ".join(heading)


def _again(told: Told, key: str) -> dict[str, Any]:
    compared = told.again.get(key)
    return {"again": _plain(asdict(compared))} if compared else {}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
