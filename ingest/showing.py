"""Plans, summaries, documents and differences, as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from ingest.comparison import Difference
    from ingest.ledger.history import FindingLine, VersionLine
    from ingest.pipeline import Summary
    from ingest.preview import Preview

_COUNTS = ("added", "changed", "moved", "unchanged", "retired", "refused", "chunks", "embedded")
_WIDE = 120  # columns from which titles are shown as well
_SIGNS = {"add": ("+", "green"), "change": ("~", "yellow"), "move": (">", "cyan"), "retire": ("-", "red")}
_STYLES = {"live": "green", "waiting": "cyan", "past": "dim", "replaced": "dim", "expired": "dim"}


def print_summary(summary: Summary, seconds: float) -> None:
    """What a run did, then its findings, a line each."""
    console = Console()
    table = Table(title=f"Ingested in {seconds:.1f} s", title_justify="left")
    for name in _COUNTS:
        table.add_column(name, justify="right")
    table.add_row(*(str(getattr(summary, name)) for name in _COUNTS))
    console.print(table)
    for finding in summary.findings:
        console.print(f"{finding.code}: {finding.message}", style="yellow", markup=False, highlight=False)


def print_preview(preview: Preview) -> None:
    """A plan like a diff: a line for each document that would change."""
    console = Console(highlight=False)
    for line in preview.lines:
        sign, style = _SIGNS[line.action]
        console.print(f"[{style}]{sign} {escape(line.document_id)}[/]  {escape(line.said)}", soft_wrap=True)
    for finding in preview.findings:
        console.print(f"! {finding.code}: {finding.message}", style="yellow", markup=False)
    counts = preview.counts()
    said = ", ".join(f"{counts[name]} {name}" for name in ("added", "changed", "moved", "retired", "refused"))
    console.print(f"Plan: {said}, {counts['unchanged']} unchanged. Nothing was changed.")


def print_documents(lines: Sequence[VersionLine]) -> None:
    """A table with a row for each document."""
    console = Console(highlight=False)
    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False)
    table.add_column("document", overflow="fold")
    for name in ("kind", "language", "audience", "version", "status", "from"):
        table.add_column(name)
    if wide:
        table.add_column("title", overflow="fold")
    for line in lines:
        since = line.starts_on.isoformat() if line.starts_on else ""
        cells = (line.document_id, line.kind, line.language, line.audience, str(line.number))
        status = f"[{_STYLES[line.status]}]{line.status}[/]"
        table.add_row(*map(escape, cells), status, since, *([escape(line.title)] if wide else []))
    console.print(table)
    console.print(f"{len(lines)} documents")


def print_document(
    lines: Sequence[VersionLine], findings: Sequence[FindingLine], chosen: VersionLine, text: str
) -> None:
    """A document's versions, findings, and one version's text."""
    console = Console(highlight=False)
    console.print(f"{lines[0].document_id}  {chosen.title}", style="bold", markup=False)
    table = Table(box=None, pad_edge=False)
    for name in ("version", "status", "from", "until", "chunks", "run", "by", "author", "source"):
        table.add_column(name, overflow="fold")
    for line in lines:
        table.add_row(
            str(line.number),
            f"[{_STYLES[line.status]}]{line.status}[/]",
            str(line.starts_on or ""),
            str(line.ends_on or ""),
            str(line.chunks),
            str(line.run_id or ""),
            *map(escape, (line.operator, line.author, line.uri)),
        )
    console.print(table)
    for finding in findings:
        console.print(f"{finding.code} (run {finding.run_id}): {finding.message}", style="yellow", markup=False)
    console.rule(f"version {chosen.number}", align="left")
    console.print(text, markup=False, soft_wrap=True)


def print_differences(old: VersionLine, new: VersionLine, found: Sequence[Difference]) -> None:
    """Two versions side by side; what is the same is left out but for a line around what is not."""
    table = Table(title=f"{new.document_id}", title_justify="left", show_lines=True, expand=True)
    for line in (old, new):
        since = f", from {line.starts_on}" if line.starts_on else ""
        table.add_column(f"version {line.number}{since}", ratio=1, overflow="fold")
    for each in found:
        if each.kind == "same":
            table.add_row(*(f"[dim]{_shortened(side)}[/]" for side in (each.old, each.new)))
        else:
            removed, added = ("\n".join(map(escape, side)) for side in (each.old, each.new))
            table.add_row(f"[red]{removed}[/]", f"[green]{added}[/]")
    console = Console(highlight=False)
    console.print(table)
    if all(each.kind == "same" for each in found):
        console.print("The two versions say the same.")


def _shortened(units: Sequence[str]) -> str:
    if len(units) <= 2:
        return "\n".join(map(escape, units))
    return f"{escape(units[0])}\n… {len(units) - 2} more …\n{escape(units[-1])}"


@contextmanager
def progress_bar(doing: str, hidden: bool) -> Iterator[Callable[[int], None]]:
    """A bar on standard error without a known end; yields a function to call with what was done since."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=hidden or not console.is_terminal, transient=True) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done: bar.update(task, advance=done)
