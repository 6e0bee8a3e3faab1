"""A drift report for a person in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.drift.policy import What
from app.drift.report import Change, DriftReport, Moved

if TYPE_CHECKING:
    from rich.table import Table

_TITLES: dict[What, str] = {
    "languages": "languages",
    "topics": "topics",
    "abstentions": "not answered",
    "escalations": "handed to a person",
    "evidence": "evidence found, mean score",
    "support": "support of what was written, mean score",
    "far": "no golden question is near",
}
_SCORES = ("evidence", "support")
_LONGEST = 60  # characters of a topic


def print_report(report: DriftReport) -> None:
    """What changed, what was compared, and the questions worth adding."""
    from rich.console import Console

    console = Console(highlight=False)
    console.print(
        f"{report.week}: {report.questions} questions in {report.conversations} conversations, beside "
        f"{report.questions_before} in {report.weeks_before} weeks before and {report.golden} golden questions",
        markup=False,
    )
    if not report.questions:
        console.print("Nothing was asked in this week.")
        return
    console.print(_compared(report))
    console.print(_verdict(report), markup=False)
    if report.uncovered:
        said = ", ".join(f"{language} ({count})" for language, count in report.uncovered.items())
        console.print(f"Asked in languages without any golden question: {said}", markup=False)
    if report.new_questions:
        console.print("\nAsked and near to no golden question (--questions FILE writes them):")
        for each in report.new_questions:
            said = f"  {each.asked} times, {', '.join(each.languages)}: {each.question}"
            console.print(said, markup=False, soft_wrap=True)


def _verdict(report: DriftReport) -> str:
    if report.alarms:
        return f"Changed by more than chance: {', '.join(_TITLES[each.what] for each in report.alarms)}."
    if not report.enough:
        return "Too few questions to tell change from chance."
    return f"Nothing changed by more than chance (at most {report.level:.0%} of such reports are wrong)."


def _compared(report: DriftReport) -> Table:
    from rich.table import Table

    table = Table()
    for column in ("", "before", "this week", "p", ""):
        table.add_column(column, justify="right" if column in ("before", "this week", "p") else "left", overflow="fold")
    for each in report.changes:
        p = "–" if each.adjusted is None else f"{each.adjusted:.3f}"
        table.add_row(_TITLES[each.what], _written(each, each.before), _written(each, each.now), p, _mark(each))
        for moved in each.moved[:3] if each.alarm else ():
            table.add_row(f"  {_named(moved)}", f"{moved.before:.0%}", f"{moved.now:.0%}", "", "")
    return table


def _written(change: Change, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if change.what in _SCORES else f"{value:.1%}"


def _mark(change: Change) -> str:
    return "CHANGED" if change.alarm else ""


def _named(moved: Moved) -> str:
    name = moved.name or moved.example
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
