"""``polydesk bench page``: agents who use the page at once, each in a session of their own as a browser would have it.

An agent opens the pages one after the other, reads for a while, and opens the next. What is timed is from the request
to the end of the page's script. No answer is generated. With ``--json`` one :class:`PageBench` is printed.
"""

from __future__ import annotations

import random
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil
import typer
from pydantic import BaseModel, ConfigDict

from app.conversations.sessions import open_sessions
from app.desk.inbox.store import TicketStore
from app.desk.knowledge.library import Library
from app.phases import shown_phases
from app.settings import Settings, load_settings
from app.ui.server import serve, wait_until_ready
from eval.errors import EvalError
from ingest.ledger.engine import open_ledger

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

_MEGABYTE = 1_000_000
_LONGEST_S = 300.0
_ITEMS = 20  # tickets and documents that are opened
_AIM_P95_MS, _AIM_MB = 1000, 25


class PageFigures(BaseModel):
    """One kind of page; milliseconds."""

    model_config = ConfigDict(frozen=True)

    opened: int
    p50: float
    p95: float


class PageBench(BaseModel):
    """What ``--json`` prints. MB are 10^6 bytes, resident."""

    model_config = ConfigDict(frozen=True)

    sessions: int
    reading_s: tuple[float, float]  # an agent reads so long before the next page, at random
    errors: int
    all: PageFigures
    pages: dict[str, PageFigures]
    server_mb: float  # with one session, warm
    session_mb: float  # more for each further one


def run_bench_page(sessions: int, rounds: int, reading_s: tuple[float, float]) -> PageBench:
    """Measure ``sessions`` agents on the home of the settings, each of whom opens every kind of page ``rounds`` times.

    :raises EvalError: the page cannot be reached, or asks for a sign-in.
    """
    settings = load_settings()
    addresses = _addresses(settings)
    with shown_phases() as phases, _served(settings) as (port, server), ExitStack() as connected:
        with phases.phase("Opening every page once"):
            first = connected.enter_context(_agent(port))
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

            agents = [connected.enter_context(_agent(port)) for _ in range(sessions)]
            with ThreadPoolExecutor(sessions) as threads:
                jobs = [
                    threads.submit(agent.work, addresses, rounds, reading_s, number, opened)
                    for number, agent in enumerate(agents)
                ]
                timed = [each for job in jobs for each in job.result()]
        together = server.memory_info().rss
    times = {name: [took for page, took in timed if page == name] for name in addresses}
    return PageBench(
        sessions=sessions,
        reading_s=reading_s,
        errors=sum(agent.errors for agent in agents),
        all=_figures([took for _, took in timed]),
        pages={name: _figures(of_it) for name, of_it in times.items()},
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
        typer.echo(f"  {name:<12} p50 {page.p50:6.0f} ms   p95 {page.p95:6.0f} ms   ({page.opened} opened)")
    every = figures.all
    typer.echo(f"  {'all':<12} p50 {every.p50:6.0f} ms   p95 {every.p95:6.0f} ms   (aim: p95 at most {_AIM_P95_MS})")
    typer.echo(f"  errors {figures.errors} (aim: 0)")
    typer.echo(f"  memory: {figures.server_mb:.0f} MB, {figures.session_mb:.1f} MB a session (aim: at most {_AIM_MB})")


class _Agent:
    """One session of the page, as Streamlit's own protocol has it."""

    def __init__(self, connection: ClientConnection) -> None:
        self._socket = connection
        self.errors = 0

    def open(self, address: str) -> float:
        """Open a page; milliseconds until it is drawn.

        :raises EvalError: it is not within five minutes; the first page waits for the models.
        """
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        wanted = BackMsg()
        wanted.rerun_script.query_string = address
        wanted.rerun_script.context_info.locale = "en-GB"
        wanted.rerun_script.context_info.timezone = "UTC"
        begun = time.perf_counter()
        self._socket.send(wanted.SerializeToString())
        while True:
            try:
                got = self._socket.recv(timeout=_LONGEST_S)
            except TimeoutError:
                raise EvalError(f"the page {address or '/'} was not drawn within {_LONGEST_S:g} s") from None
            message = ForwardMsg.FromString(got if isinstance(got, bytes) else got.encode())
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                self.errors += 1
            finished = kind == "script_finished"
            if finished and message.script_finished == ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY:
                return (time.perf_counter() - begun) * 1000

    def work(
        self,
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
                timed.append((name, self.open(chance.choice(addresses[name]))))
                opened()
        return timed


@contextmanager
def _agent(port: int) -> Iterator[_Agent]:
    from websockets.sync.client import connect
    from websockets.typing import Subprotocol

    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    with connect(url, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as connection:
        yield _Agent(connection)


def _addresses(settings: Settings) -> dict[str, Sequence[str]]:
    """By kind of page the addresses that are opened, without their question mark."""
    with open_sessions(settings) as sessions:
        tickets = [each.conversation_id for each in TicketStore(sessions).list(limit=_ITEMS).tickets]
    engine = open_ledger(settings.home, settings.database_url)
    try:
        documents = [line.document_id for line in Library(engine).documents("agent", date.today())[:_ITEMS]]
    finally:
        engine.dispose()
    found: dict[str, Sequence[str]] = {"chat": [""], "cases": ["queue="], "inbox": ["tickets="]}
    found |= {"ticket": [f"tickets={quote(each)}" for each in tickets]} if tickets else {}
    found |= {"knowledge": ["knowledge="], "updates": ["changes="]}
    found |= {"document": [f"knowledge={quote(each, safe='')}" for each in documents]} if documents else {}
    return found


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[int, psutil.Process]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = serve({"POLYDESK_HOME": str(settings.home)}, port, output=subprocess.DEVNULL)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", page)
        yield port, psutil.Process(page.pid)
    finally:
        page.terminate()
        page.wait()


def _figures(times: Sequence[float]) -> PageFigures:
    ordered = sorted(times)
    p95 = ordered[min(round(0.95 * len(ordered)), len(ordered) - 1)] if ordered else 0.0
    p50 = statistics.median(ordered) if ordered else 0.0
    return PageFigures(opened=len(ordered), p50=round(p50, 1), p95=round(p95, 1))
