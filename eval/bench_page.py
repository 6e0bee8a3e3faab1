"""``polydesk bench page``: agents who use the page at once, each in a session of their own as a browser would have it.

An agent opens the pages one after the other, reads for a while, and opens the next. What is timed is from the request
to the end of the page's script. No answer is generated. With ``--json`` one :class:`PageBench` is printed.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import typer
from pydantic import BaseModel, ConfigDict

from app.phases import shown_phases
from app.settings import load_settings
from eval.page_session import PageSession
from eval.served_page import page_addresses, served_page
from eval.timed import Timed

_MEGABYTE = 1_000_000
_AIM_P95_MS, _AIM_MB = 1000, 25


class PageBench(BaseModel):
    """What ``--json`` prints. MB are 10^6 bytes, resident."""

    model_config = ConfigDict(frozen=True)

    sessions: int
    reading_s: tuple[float, float]  # an agent reads so long before the next page, at random
    errors: int
    all: Timed
    pages: dict[str, Timed]
    server_mb: float  # with one session, warm
    session_mb: float  # more for each further one


def run_bench_page(sessions: int, rounds: int, reading_s: tuple[float, float]) -> PageBench:
    """Measure ``sessions`` agents on the home of the settings, each of whom opens every kind of page ``rounds`` times.

    :raises EvalError: the page cannot be reached, or asks for a sign-in.
    """
    settings = load_settings()
    addresses = page_addresses(settings)
    served = served_page({"POLYDESK_HOME": str(settings.home)})
    with shown_phases() as phases, served as (port, server), ExitStack() as connected:
        with phases.phase("Opening every page once"):
            first = connected.enter_context(closing(PageSession(port)))
            for name in addresses:
                first.open(addresses[name][0])
        alone = server.memory_info().rss
        done, total = 0, sessions * rounds * len(addresses)
        lock = threading.Lock()
        with phases.phase(f"{sessions} agents open {total} pages") as show:

            def opened() -> None:
                nonlocal done
                with lock:
                    done += 1
                    show(done, total)

            agents = [connected.enter_context(closing(PageSession(port))) for _ in range(sessions)]
            with ThreadPoolExecutor(sessions) as threads:
                jobs = [
                    threads.submit(_work, agent, addresses, rounds, reading_s, number, opened)
                    for number, agent in enumerate(agents)
                ]
                timed = [each for job in jobs for each in job.result()]
        together = server.memory_info().rss
    times = {name: [took for page, took in timed if page == name] for name in addresses}
    return PageBench(
        sessions=sessions,
        reading_s=reading_s,
        errors=sum(agent.exceptions for agent in agents),
        all=Timed.of([took for _, took in timed]),
        pages={name: Timed.of(of_it) for name, of_it in times.items()},
        server_mb=round(alone / _MEGABYTE, 1),
        session_mb=round((together - alone) / _MEGABYTE / sessions, 2),
    )


def print_bench_page(figures: PageBench, as_json: bool) -> None:
    """Print the figures beside their aims."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    least, most = figures.reading_s
    typer.echo(f"{figures.sessions} agents at once, who read {least:g} to {most:g} s before the next page")
    for name, page in figures.pages.items():
        typer.echo(f"  {name:<12} p50 {page.p50:6.0f} ms   p95 {page.p95:6.0f} ms   ({page.times} opened)")
    every = figures.all
    typer.echo(f"  {'all':<12} p50 {every.p50:6.0f} ms   p95 {every.p95:6.0f} ms   (aim: p95 at most {_AIM_P95_MS})")
    typer.echo(f"  errors {figures.errors} (aim: 0)")
    typer.echo(f"  memory: {figures.server_mb:.0f} MB, {figures.session_mb:.1f} MB a session (aim: at most {_AIM_MB})")


def _work(
    page: PageSession,
    addresses: dict[str, Sequence[str]],
    rounds: int,
    reading_s: tuple[float, float],
    number: int,
    opened: Callable[[], None],
) -> list[tuple[str, float]]:
    """Open pages in an order of one's own; the name and the milliseconds of each."""
    chance = random.Random(number)  # noqa: S311  # agents differ, and do so alike in each run
    timed: list[tuple[str, float]] = []
    for _ in range(rounds):
        for name in chance.sample(sorted(addresses), len(addresses)):
            time.sleep(chance.uniform(*reading_s))
            timed.append((name, page.open(chance.choice(addresses[name]))))
            opened()
    return timed
