"""``polydesk eval all``, ``runs``, ``show`` and ``baseline``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Run = Annotated[
    str | None,
    typer.Argument(help="Its id or the beginning of it, its name, baseline, or its folder; the latest by default."),
]


def register(evaluations: typer.Typer) -> None:
    """Add the commands."""
    evaluations.command("all")(run_all)
    evaluations.command("runs")(list_runs)
    evaluations.command("show")(show)
    evaluations.command("baseline")(baseline)


def run_all(
    suites: Annotated[
        list[str] | None, typer.Option(help="Only these, as golden,hostile; can be repeated. All when not given.")
    ] = None,
    model: Annotated[str, typer.Option(help="ollama:TAG, openai:NAME, mistralai:NAME or quoting.")] = "quoting",
    name: Annotated[str, typer.Option(help="What the run is called; the model's name when not given.")] = "",
    seed: Annotated[int, typer.Option(help="Of the samples; another one draws others.")] = 0,
    every_item: Annotated[
        bool, typer.Option("--every-item", help="Take all items of every suite instead of a sample of the large ones.")
    ] = False,
    size: Annotated[
        int | None, typer.Option(min=1, help="Take at most so many items of each suite, for a quick look.")
    ] = None,
    golden: Annotated[
        Path | None, typer.Option(help="Your own golden questions: a file of JSON lines or a folder of them.")
    ] = None,
    tickets: Annotated[Path | None, typer.Option(help="Your own tickets as JSON lines.")] = None,
    parallel: Annotated[
        int, typer.Option(min=1, max=32, help="Questions asked at once; as many as the model's server answers at once.")
    ] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the latest run that is not finished, or the one of --name.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run every suite that needs no data from elsewhere, and keep the run with all that is needed to repeat it.

    Exit status 1 when a suite could not be run; the others are run all the same.
    """
    from eval.runs.command import RunRequest, run_and_print

    request = RunRequest(
        suites=tuple(suites or ()),
        model=model,
        name=name,
        seed=seed,
        every_item=every_item,
        size=size,
        golden=golden,
        tickets=tickets,
        parallel=parallel,
        resume=resume,
    )
    if not run_and_print(request, as_json):
        raise typer.Exit(1)


def list_runs(as_json: AsJson = False) -> None:
    """List the runs that are kept, the latest first."""
    from eval.runs.printing import print_runs

    print_runs(as_json)


def show(run: Run = None, as_json: AsJson = False) -> None:
    """Show what a run came to, and what it was made of."""
    from eval.runs.printing import print_run

    print_run(run, as_json)


def baseline(run: Run = None, as_json: AsJson = False) -> None:
    """Hold other runs against this one from now on."""
    from eval.runs.printing import mark_baseline

    mark_baseline(run, as_json)
