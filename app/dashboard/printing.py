"""The dashboard for a person in a terminal, in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.dashboard.numbers import PHASES, Counted, Dashboard, Figures, Money
from app.ui.languages import language_name
from app.ui.wording import Words, words_for

if TYPE_CHECKING:
    from rich.table import Table

_LONGEST = 60  # characters of a topic
_NONE = "–"


def print_dashboard(found: Dashboard) -> None:
    """Figures now and before, models, what was counted, and the answers that want a look."""
    from rich.console import Console

    words, console = words_for("en"), Console(highlight=False)
    spans = [f"{each.begin:%Y-%m-%d %H:%M} to {each.end:%Y-%m-%d %H:%M} UTC" for each in (found.now, found.before)]
    console.print(f"{spans[0]}, beside {spans[1]}", markup=False)
    if found.drift and found.drift.alarms:
        alarms = ", ".join(words(f"quality.what.{each}") for each in found.drift.alarms)
        console.print(f"Drift, week {found.drift.week}: {alarms} (look at `polydesk drift`)", markup=False)
    if not found.now.answers and not found.before.answers:
        console.print(words("dashboard.none"), markup=False)
        return
    console.print(_figures(found, words))
    if not found.enough:
        console.print(f"{words('dashboard.few')}: fewer than {found.least} answers in one of the two.", markup=False)
    if found.models:
        console.print(_models(found, words))
    if found.now.bill.unpriced:
        console.print(words("dashboard.cost.list"), markup=False)
    for kind, items in (
        ("languages", found.languages), ("topics", found.topics), ("reasons", found.reasons),
        ("findings", found.findings), ("feedback", found.feedback),
    ):  # fmt: skip
        if items:
            console.print(_counted(kind, items, words))
    console.print(_listed(found, words))


def _figures(found: Dashboard, words: Words) -> Table:
    table = _table("", words("dashboard.column.now"), words("dashboard.column.before"))
    both = (found.now, found.before)

    def add(key: str, *values: str) -> None:
        table.add_row(words(f"dashboard.{key}"), *values)

    add("answers", *(str(each.answers) for each in both))
    for name in ("abstentions", "escalations", "flagged", "liked"):
        add(name, *(_share(getattr(each, name)) for each in both))
    add("support", *(_score(each.support) for each in both))
    add("time", *(_seconds(each.seconds.median) for each in both))
    table.add_row("  95 of 100", *(_seconds(each.seconds.p95) for each in both))
    for phase in PHASES:
        values = (_seconds(each.seconds.phases.get(phase)) for each in both)
        table.add_row(f"  {words(f'dashboard.phase.{phase}')}, mean", *values)
    add("cost", *(_cost(each, words) for each in both))
    return table


def _cost(figures: Figures, words: Words) -> str:
    bill = figures.bill
    if not bill.attempts:
        return _NONE
    paid = _money(bill.money) if bill.money else words("dashboard.cost.unknown")
    return f"{paid} ({words.counted('dashboard.cost.unpriced', bill.unpriced)})" if bill.unpriced else paid


def _models(found: Dashboard, words: Words) -> Table:
    from rich.markup import escape

    names = ("model", "requests", "read", "written", "time", "cost")
    table = _table(*(words(f"dashboard.column.{name}") for name in names))
    for each in found.models:
        bill = each.bill
        counts = (str(value) for value in (bill.attempts, bill.prompt_tokens, bill.completion_tokens))
        paid = _money(bill.money) if bill.money else words("dashboard.cost.unknown")
        table.add_row(escape(each.model), *counts, _seconds(each.seconds), paid)
    return table


def _counted(kind: str, items: Sequence[Counted], words: Words) -> Table:
    from rich.markup import escape

    table = _table(words(f"dashboard.{kind}"), words("dashboard.column.now"), words("dashboard.column.before"))
    for each in items:
        table.add_row(escape(_name(kind, each, words)), str(each.now), str(each.before))
    return table


def _name(kind: str, each: Counted, words: Words) -> str:
    if not each.name:
        return words("dashboard.other")
    name = language_name(each.name) if kind == "languages" else each.name
    name = f"{each.of}: {name}" if each.of else name
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _listed(found: Dashboard, words: Words) -> Table:
    from rich.markup import escape

    table = _table("", "", "", "", "", "")
    for what, answers in (("slowest", found.slowest), ("weakest", found.weakest)):
        for place, each in enumerate(answers):
            value = _seconds(each.seconds) if what == "slowest" else _score(each.support)
            heading = "" if place else words(f"dashboard.{what}")
            when = f"{each.at:%Y-%m-%d %H:%M}"
            table.add_row(heading, value, f"{each.id}", when, escape(each.language), escape(each.model))
    table.show_header = False
    return table


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", overflow="fold")
    return table


def _seconds(value: float | None) -> str:
    return _NONE if value is None else f"{value:.2f} s"


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1%}"


def _score(value: float | None) -> str:
    return _NONE if value is None else f"{value:.2f}"


def _money(amounts: Sequence[Money]) -> str:
    from decimal import Decimal

    from app.costs.counting import written_amount

    return " + ".join(written_amount(Decimal(str(each.amount)), each.currency) for each in amounts)
