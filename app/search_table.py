"""Hits, their scores and contradictions, as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.retrieval.contradictions import Contradiction
from app.retrieval.explaining import explain
from app.retrieval.passages import Passage
from ingest.documents import Unit

_LONGEST = 240  # characters of a unit
_WIDE = 120  # columns from which the hits are a table


def print_found(passages: Sequence[Passage], contradictions: Sequence[Contradiction], explained: bool) -> None:
    """A row for each hit, then what contradicts what; with ``explained`` the parts of each score too."""
    console = Console(highlight=False)
    if not passages:
        console.print("Nothing found.")
        return
    if console.width >= _WIDE:
        console.print(_hits(passages))
    else:
        _print_hits(console, passages)
    if explained:
        for rank, passage in enumerate(passages, 1):
            console.print()
            _print_explanation(console, rank, passage)
    for each in contradictions:
        console.print()
        console.print(f"Contradiction: {each.what}", style="red", markup=False)
        for passage, unit in ((each.first, each.first_unit), (each.second, each.second_unit)):
            console.print(f"  {_place(passage)}: {_shortened(unit)}", markup=False)


def _hits(passages: Sequence[Passage]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column("document", overflow="fold", ratio=3)
    table.add_column("version", justify="right")
    table.add_column("heading", overflow="fold", ratio=3)
    for name in ("page", "language", "score"):
        table.add_column(name, justify="right")
    table.add_column("best sentence or row", overflow="fold", ratio=6)
    for rank, passage in enumerate(passages, 1):
        chunk = passage.chunk
        document = escape(chunk.version.document_id) + (" [cyan](earlier ticket)[/]" if passage.is_history else "")
        table.add_row(
            str(rank),
            document,
            str(chunk.version.number),
            escape(" > ".join(chunk.heading)),
            str(chunk.page or ""),
            chunk.language,
            f"{passage.score.total:.3f}",
            escape(_shortened(chunk.units[passage.best_unit])),
        )
    return table


def _print_hits(console: Console, passages: Sequence[Passage]) -> None:
    for rank, passage in enumerate(passages, 1):
        chunk = passage.chunk
        history = ", earlier ticket" if passage.is_history else ""
        page = f", page {chunk.page}" if chunk.page else ""
        said = f"{rank}. {passage.score.total:.3f}  {_place(passage)} ({chunk.language}{page}{history})"
        console.print(said, style="bold", markup=False)
        console.print(f"   {_shortened(chunk.units[passage.best_unit])}", markup=False)


def _print_explanation(console: Console, rank: int, passage: Passage) -> None:
    console.print(f"{rank}. {_place(passage)}: why this passage", style="bold", markup=False)
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    table.add_column(justify="right")
    table.add_column()
    table.add_column()
    for part in explain(passage):
        table.add_row(f"{part.product:+.3f}", f"= {part.value:.3f} × {part.weight:.3f}", escape(part.said))
    table.add_row(f"{passage.score.total:.3f}", "", "in all")
    console.print(table)
    for other in passage.similar:
        console.print(f"   left out, because it says nothing else: {_place(other)}", style="dim", markup=False)


def _place(passage: Passage) -> str:
    version = passage.chunk.version
    return f"{version.document_id}, version {version.number}" + "".join(f" > {part}" for part in passage.heading)


def _shortened(unit: Unit) -> str:
    return unit.text if len(unit.text) <= _LONGEST else f"{unit.text[: _LONGEST - 1]}…"
