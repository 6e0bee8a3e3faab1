"""``polydesk eval report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(evaluations: typer.Typer) -> None:
    """Add the command."""
    evaluations.command("report")(report)


def report(
    run: Annotated[
        str | None, typer.Argument(help="The run: its id, its name, or its folder; the latest by default.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The HTML file to write.")] = Path("report.html"),
    against: Annotated[
        str | None, typer.Option(help="The run to compare with, or its folder; the baseline by default.")
    ] = None,
    gates: Annotated[Path | None, typer.Option(help="Your own gates; eval/gates.yaml when not given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print where it was written as JSON.")] = False,
) -> None:
    """Write a run as one HTML page with pictures, which opens without a network."""
    from eval.report.page import write_report
    from eval.reporting import print_json

    written = write_report(run, against, gates, output)
    if as_json:
        print_json({"report": str(written)})
    else:
        typer.echo(f"Written to {written}")
