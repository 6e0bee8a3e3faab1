"""Figures of a suite: as the object that ``--json`` prints, and as a table for people.

Every measure stands under its own name; under ``intervals`` it has its count and its 95 % bootstrap interval.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import typer

from eval.intervals import Figure, mean_with_interval

Item = TypeVar("Item")
Measures = Mapping[str, Callable[[Sequence[Item]], Figure]]


@dataclass(frozen=True)
class Scored:
    """One question of a data set with what each measure gives for it; a measure it does not count for is left out."""

    language: str
    values: Mapping[str, float]


def values_of(name: str, scored: Iterable[Scored]) -> list[float]:
    """What the measure gives for the questions that count for it."""
    return [each.values[name] for each in scored if name in each.values]


def means_of(names: Iterable[str]) -> Measures[Scored]:
    """The mean of each measure."""
    return {name: partial(_mean_of, name) for name in names}


def _mean_of(name: str, scored: Sequence[Scored]) -> Figure:
    return mean_with_interval(values_of(name, scored))


def reported(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Figures as JSON has them."""
    return {
        **{name: figure.value for name, figure in figures.items()},
        "intervals": {name: figure.model_dump() for name, figure in figures.items()},
    }


def measured(items: Sequence[Item], measures: Measures[Item]) -> dict[str, Any]:
    """Every measure over all items."""
    return reported({name: measure(items) for name, measure in measures.items()})


def grouped(items: Sequence[Item], key: Callable[[Item], str], measures: Measures[Item]) -> dict[str, Any]:
    """Every measure over the items of each group, by the groups' names."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return {name: measured(groups[name], measures) for name in sorted(groups)}


def print_json(report: Mapping[str, Any]) -> None:
    """The report as one object on standard output."""
    typer.echo(json.dumps(report, ensure_ascii=False))


def print_suite(
    title: str,
    figures: Mapping[str, Any],
    measures: Iterable[str],
    wrong: Sequence[Mapping[str, Any]],
    failures: bool,
    as_json: bool,
) -> None:
    """The figures of a suite by language, and what went wrong where asked."""
    if as_json:
        print_json({**figures, "failures": wrong} if failures else figures)
        return
    print_table(title, ("language", figures["by_language"]), {"all": figures}, measures)
    for each in wrong if failures else ():
        typer.echo(json.dumps(each, ensure_ascii=False))


def print_table(
    title: str,
    groups: tuple[str, Mapping[str, Any]],
    totals: Mapping[str, Mapping[str, Any]],
    measures: Iterable[str],
) -> None:
    """A row for each group, then the totals with their intervals.

    :param groups: what the groups are, and the figures of each as :func:`grouped` gives them.
    :param totals: figures as :func:`measured` gives them, by the name of their row.
    """
    from rich.console import Console
    from rich.table import Table

    names = list(measures)
    kind, rows = groups
    found = {**rows, **totals}
    counts = {label: {figures["intervals"][name]["count"] for name in names} for label, figures in found.items()}
    one_count = all(len(each) == 1 for each in counts.values())  # one column says it for all measures
    table = Table()
    for column in (kind, *(["count"] if one_count else []), *names):
        table.add_column(column.replace("_", " "), justify="left" if column == kind else "right", overflow="fold")
    for label, figures in found.items():
        cells = [_cell(figures, name, interval=label in totals, count=not one_count) for name in names]
        table.add_row(label, *map(str, counts[label] if one_count else ()), *cells)
        if label == list(rows)[-1]:
            table.add_section()
    console = Console(highlight=False)
    console.print(title, markup=False)
    console.print(table)


def _cell(figures: Mapping[str, Any], name: str, interval: bool, count: bool) -> str:
    figure = Figure(**figures["intervals"][name])
    if figure.value is None:
        return "–"
    counted = f" ({figure.count})" if count else ""
    spread = f"\n{figure.low:.1%} – {figure.high:.1%}" if interval and figure.low is not None else ""
    return f"{figure.value:.1%}{counted}{spread}"
