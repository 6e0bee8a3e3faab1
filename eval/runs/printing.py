"""Runs for a person, and as JSON."""

from __future__ import annotations

from typing import Any

import typer

from app.quality.measures import suites_about
from app.settings import load_settings
from eval.reporting import print_json
from eval.runs.figures import SuiteFigures
from eval.runs.folder import RunFolder
from eval.runs.shelf import RunShelf


def print_folder(run: RunFolder, as_json: bool) -> None:
    """The figures of a run."""
    if as_json:
        print_json(as_object(run))
        return
    from rich.console import Console
    from rich.table import Table

    manifest, about = run.manifest, suites_about()
    table = Table()
    for column in ("suite", "measure", "value", "95 %", "items", "seconds"):
        table.add_column(column, justify="left" if column in ("suite", "measure") else "right", overflow="fold")
    for suite, figures in run.all_figures().items():
        _add_suite(table, suite, figures)
        table.add_section()
    console = Console(highlight=False)
    console.print(f"{manifest.id}: {manifest.model.name}, {manifest.index.documents} documents", markup=False)
    console.print(table)
    for suite, figures in run.all_figures().items():
        if figures.state == "failed":
            console.print(f"{about[suite].title}: could not be run: {figures.error}", markup=False)
    if manifest.state != "finished":
        typer.echo("The run is not finished: `polydesk eval all --resume` goes on with what is missing.")


def as_object(run: RunFolder) -> dict[str, Any]:
    """A run as ``--json`` prints it: its head, and the figures of every suite."""
    manifest = run.manifest
    return {
        "run": manifest.id,
        "folder": str(run.path),
        "state": manifest.state,
        "model": manifest.model.name,
        "suites": {
            suite: {
                **{name: figure.value for name, figure in figures.measures.items()},
                **figures.model_dump(mode="json", exclude={"suite", "measures"}),
                "intervals": {name: figure.model_dump() for name, figure in figures.measures.items()},
            }
            for suite, figures in run.all_figures().items()
        },
        "manifest": manifest.model_dump(mode="json"),
    }


def print_runs(as_json: bool) -> None:
    """All runs of the home, the latest first."""
    shelf = RunShelf(load_settings().home)
    baseline = shelf.baseline()
    marked = baseline.path.name if baseline else ""
    rows = [(run.manifest, run.path.name == marked) for run in shelf.runs()]
    if as_json:
        print_json({"runs": [{**each.model_dump(mode="json"), "baseline": is_it} for each, is_it in rows]})
        return
    if not rows:
        typer.echo("There is no run yet: start one with `polydesk eval all`.")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in ("run", "model", "suites", "documents", "state", ""):
        table.add_column(column, overflow="fold")
    for each, is_it in rows:
        mark = "baseline" if is_it else ""
        cells = (each.model.name, str(len(each.suites)), str(each.index.documents), each.state, mark)
        table.add_row(each.id, *cells)
    Console(highlight=False).print(table)


def print_run(wanted: str | None, as_json: bool) -> None:
    """One run.

    :raises EvalUserError: there is no such run.
    """
    run = RunShelf(load_settings().home).find(wanted)
    print_folder(run, as_json)
    if as_json:
        return
    manifest = run.manifest
    code = (
        f"{manifest.code.package}, commit {manifest.code.commit[:12]}"
        if manifest.code.commit
        else manifest.code.package
    )
    for name, value in (
        ("code", f"{code}{' with changes' if manifest.code.changed else ''} ({manifest.code.digest})"),
        ("model", f"{manifest.model.name} {manifest.model.identity}".strip()),
        ("documents", f"{manifest.index.documents} ({manifest.index.digest})"),
        ("embedding", manifest.index.embedding),
        ("prompts, policy", f"{manifest.prompts}, {manifest.policy}"),
        ("seed", str(manifest.seed)),
        ("folder", str(run.path)),
    ):
        typer.echo(f"{name:16}{value}")


def mark_baseline(wanted: str | None, as_json: bool) -> None:
    """Mark a run as the baseline.

    :raises EvalUserError: there is no such run, or it cannot be one.
    """
    shelf = RunShelf(load_settings().home)
    run = shelf.find(wanted)
    shelf.mark_baseline(run)
    if as_json:
        print_json({"baseline": run.path.name})
    else:
        typer.echo(f"{run.path.name} is the baseline now.")


def _add_suite(table: Any, suite: str, figures: SuiteFigures) -> None:
    about = suites_about()[suite]
    first = True
    for name, figure in figures.measures.items():
        measure = about.measures[name]
        spread = f"{measure.written(figure.low)} – {measure.written(figure.high)}" if figure.low is not None else ""
        table.add_row(
            suite if first else "",
            measure.title,
            measure.written(figure.value),
            spread,
            str(figure.count),
            f"{figures.seconds:.0f}" if first else "",
        )
        first = False
    if figures.missing:
        said = ", ".join(f"{count} {reason}" for reason, count in sorted(figures.missing.items()))
        table.add_row("", "without a value", str(sum(figures.missing.values())), said, str(figures.items), "")
    if figures.state == "failed":
        table.add_row(suite, "could not be run", "–", "", "0", "")
