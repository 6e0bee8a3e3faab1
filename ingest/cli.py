"""Commands of the ingest room."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.pipeline import Progress, Summary


def register(root: typer.Typer) -> None:
    """Add this room's commands."""
    root.command("ingest")(ingest)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders, or tickets as JSON lines.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Bring the knowledge base up to date with files and folders; only what changed is embedded."""
    from ingest.runs import run_ingest
    from ingest.settings import load_ingest_settings

    with _progress(hidden=as_json) as progress:
        summary, seconds = run_ingest(load_ingest_settings(), paths, progress=progress)
    if as_json:
        findings = [{"item": f.item, "code": f.code, "message": f.message} for f in summary.findings]
        typer.echo(json.dumps({**summary.counts(), "seconds": round(seconds, 2), "findings": findings}))
    else:
        _print(summary, seconds)
    if summary.refused:
        raise typer.Exit(1)


def _print(summary: Summary, seconds: float) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Ingested in {seconds:.1f} s", title_justify="left")
    names = ("added", "changed", "unchanged", "retired", "refused", "chunks", "embedded")
    for name in names:
        table.add_column(name, justify="right")
    table.add_row(*(str(getattr(summary, name)) for name in names))
    console = Console()
    console.print(table)
    for finding in summary.findings:
        console.print(f"{finding.code}: {finding.message}", style="yellow", markup=False, highlight=False)


@contextmanager
def _progress(hidden: bool) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from ingest.pipeline import Progress

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Bar(*columns, console=console, disable=hidden or not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Opening the knowledge base", total=None)

        def done(document_id: str) -> None:
            bar.update(task, advance=1, description=document_id[-40:])

        yield Progress(listed=lambda total: bar.update(task, total=total, description="Reading"), done=done)
