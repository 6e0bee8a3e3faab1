"""What a run tells while it works: a bar for a person, JSON lines for a scheduler."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from ingest.pipeline import Progress


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar with rate and time left on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Opening the knowledge base", total=None, rate="")
        started = time.monotonic()

        def done(document_id: str) -> None:
            bar.update(task, advance=1, description=document_id[-40:])
            rate = bar.tasks[0].completed / max(time.monotonic() - started, 1e-3)
            bar.update(task, rate=f"{rate:.1f}/s")

        yield Progress(listed=lambda total: bar.update(task, total=total, description="Reading"), done=done)


@contextmanager
def json_events(stream: TextIO | None = None) -> Iterator[Progress]:
    """JSON lines, each with an ``event``: ``listed`` (``documents``: how many need work), then for each of them
    ``document`` (``id``, ``done``, ``of``, ``per_second``, ``seconds_left``).

    :param stream: standard error when not given; standard output is for the summary.
    """
    out = stream or sys.stderr
    total = finished = 0
    started = time.monotonic()

    def say(event: str, **fields: Any) -> None:
        print(json.dumps({"event": event, **fields}, ensure_ascii=False), file=out, flush=True)  # the output

    def listed(documents: int) -> None:
        nonlocal total, started
        total, started = documents, time.monotonic()
        say("listed", documents=documents)

    def done(document_id: str) -> None:
        nonlocal finished
        finished += 1
        rate = finished / max(time.monotonic() - started, 1e-3)
        left = (total - finished) / rate
        say("document", id=document_id, done=finished, of=total, per_second=round(rate, 2), seconds_left=round(left, 1))

    yield Progress(listed=listed, done=done)
