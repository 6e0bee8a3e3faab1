"""What a long measurement is doing now, on standard error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.progress import Progress


class Phases:
    """Shows one phase after another: a bar on a terminal, a line elsewhere."""

    def __init__(self, bar: Progress | None) -> None:
        self._bar = bar

    @contextmanager
    def phase(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Yields a function to call with how many are done, of how many."""
        if self._bar is None:
            typer.echo(name, err=True)
            yield lambda _done, _of: None
            return
        bar, task = self._bar, self._bar.add_task(name, total=None)
        try:
            yield lambda done, of: bar.update(task, completed=done, total=of)
        finally:
            bar.remove_task(task)


@contextmanager
def shown_phases() -> Iterator[Phases]:
    """Phases with a bar and the time gone by, where standard error is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Phases(None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield Phases(bar)


def events_to(show: Callable[[int, int], None]) -> Callable[[str], None]:
    """A reader of lines that shows the ``document`` events of ``polydesk ingest --json`` and passes over the rest."""

    def read(line: str) -> None:
        if line.startswith('{"event": "document"'):
            event = json.loads(line)
            show(event["done"], event["of"])

    return read
