"""``polydesk eval compare``: run each model, and print or write what came out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from app.costs.pricelist import load_prices
from app.quality.comparisons import keep_comparison
from app.settings import Settings, load_settings
from eval.compare.comparing import SUITES, Comparison, compare
from eval.compare.overview import overview
from eval.compare.page import comparison_page
from eval.errors import EvalUserError
from eval.report.page import write_page
from eval.reporting import print_json
from eval.runs.command import RunRequest, named, run
from eval.runs.folder import RunFolder
from eval.runs.shelf import RunShelf


def compare_and_print(
    models: Sequence[str],
    suites: Sequence[str],
    size: int | None,
    golden: Path | None,
    parallel: int,
    runs: bool,
    output: Path | None,
    as_json: bool,
) -> bool:
    """Compare models; whether every suite could be run with each of them.

    :param runs: the names are those of runs that are there; nothing is run.
    :raises EvalUserError: fewer than two, a model that its server does not have, or the page cannot be written.
    """
    settings = load_settings()
    wanted = list(dict.fromkeys(models if runs else (named(settings, model) for model in models)))
    if len(wanted) < 2:
        raise EvalUserError("name at least two models to compare")
    prices = load_prices(settings.prices)  # before anything is run: a wrong file is said at once
    found = _kept(settings, wanted) if runs else _made(settings, wanted, suites, size, golden, parallel)
    comparison = compare(found, prices)
    page = comparison_page(comparison)
    keep_comparison(settings.home, comparison.as_object(), page)
    if output:
        written = write_page(output, page)
        typer.echo(f"Written to {written}", err=True)
    if as_json:
        print_json(comparison.as_object())
    else:
        _print(comparison)
    return runs or all(run.manifest.state == "finished" for run in found.values())


def _kept(settings: Settings, names: Sequence[str]) -> dict[str, RunFolder]:
    shelf = RunShelf(settings.home)
    return {name: shelf.find(name) for name in names}


def _made(
    settings: Settings,
    models: Sequence[str],
    suites: Sequence[str],
    size: int | None,
    golden: Path | None,
    parallel: int,
) -> dict[str, RunFolder]:
    found = {}
    for model in models:
        typer.echo(model, err=True)
        request = RunRequest(suites=tuple(suites or SUITES), model=model, size=size, golden=golden, parallel=parallel)
        found[model] = run(request, settings)
    return found


def _print(comparison: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    from app.quality.measures import suites_about

    console, table = Console(highlight=False), Table()
    shown: set[str] = set()
    table.add_column("")
    for name in comparison.runs:
        table.add_column(name, justify="right", overflow="fold")
    for suite in next(iter(comparison.runs.values())).manifest.suites:
        for name, about in suites_about()[suite].measures.items():
            figures = [run.figures(suite) for run in comparison.runs.values()]
            values = [each.measures.get(name) if each else None for each in figures]
            if any(values):
                shown.add(about.title)
                table.add_row(about.title, *(about.written(each.value) if each else "–" for each in values))
    for row in overview(comparison):
        if row.title not in shown:
            table.add_row(row.title, *(f"{cell.text} ({cell.more})" if cell.more else cell.text for cell in row.cells))
    console.print(table)
    for name, flaws in comparison.flaws.items():
        for flaw in flaws:
            console.print(f"{name}: {flaw.said}", markup=False)
    for each in comparison.advice:
        console.print(f"For {each.use}: {each.model} ({each.because}).", markup=False)
    for name, because in comparison.ruled_out.items():
        console.print(f"Not for production: {name} ({because}).", markup=False)
    for name, found in comparison.licences.items():
        for duty in found.duties if found else ():
            console.print(f"{name} asks: {duty.text}", markup=False)
