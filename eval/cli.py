"""Commands of the eval room."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(root: typer.Typer) -> None:
    """Add this room's commands."""
    suites = typer.Typer(help="Measure the assistant against questions with known answers.", no_args_is_help=True)
    suites.command("golden")(golden)
    suites.command("fit-evidence")(fit_evidence)
    suites.command("ablation")(ablation)
    root.add_typer(suites, name="eval")
    root.command("bench")(bench)


def golden(
    data: Annotated[
        Path | None, typer.Option(help="A file or folder of golden questions; the sample's when not given.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Day on which the questions are asked, as 2026-11-21.")] = None,
    model: Annotated[str, typer.Option(help="ollama:TAG, or quoting.")] = "quoting",
    failures: Annotated[bool, typer.Option(help="List the questions that went wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Answerable questions must cite the right document; unanswerable ones must be abstained on."""
    from eval.suites.golden import print_report, run_golden

    print_report(run_golden(data, as_of, model), failures, as_json)


def fit_evidence(
    write: Annotated[bool, typer.Option(help="Write the fit to app/retrieval/evidence.yaml.")] = False,
) -> None:
    """Fit the probability that passages answer a question on the golden questions, cross-validated."""
    from eval.fit_evidence import fit_and_report

    fit_and_report(write)


def ablation() -> None:
    """What each part of the retrieval score is worth on the golden questions."""
    from eval.ablation import print_ablation

    print_ablation()


def bench(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Time a cold question, a warm one, and ingestion against embedding alone."""
    from eval.bench import print_figures, run_bench

    print_figures(run_bench(), as_json)
