"""``polydesk bench load``: agents who ask, read and look around at once, and what becomes of every question.

The page is served from a home of its own with the sample in it. Agents work as browsers do (what redraws itself is
asked for), each question is accounted for in the database, and the memory of the page is watched. With ``--json`` one
:class:`LoadBench` is printed.

All begin at the same moment. Four of five things that they do are questions: with the pause that is set, one asks 72
times an hour, where somebody who settles ten cases an hour with two or three questions each asks 20 to 30 times.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import repeat
from pathlib import Path

import psutil
import typer
from pydantic import BaseModel, ConfigDict

from app.conversations.database import database_url
from app.conversations.store import ConversationStore
from app.phases import Phases, shown_phases
from app.settings import Settings, load_settings
from eval.bench_home import bench_home, environment_of
from eval.errors import EvalError
from eval.load.accounting import Account, account_of
from eval.load.agent import Agent
from eval.load.memory import MemoryWatch, growth
from eval.load.people import signed_in
from eval.page_session import PageSession
from eval.sample import GOLDEN, SAMPLE
from eval.served_page import page_addresses, served_page
from eval.suites.golden import read_golden
from eval.timed import Timed

UNLIMITED = {"POLYDESK_QUESTIONS_PER_MINUTE": "0", "POLYDESK_QUESTIONS_PER_HOUR": "0"}
_SAMPLES = 180  # of memory in one run, but no more than one a second
_SHOWN = 10
_MEGABYTE = 1_000_000


class LoadBench(BaseModel):
    """What ``--json`` prints; milliseconds, and 10^6 bytes resident."""

    model_config = ConfigDict(frozen=True)

    agents: int
    accounts: bool  # whether each signed in with an own one
    minutes: float
    reading_s: tuple[float, float]  # an agent reads so long before the next thing, at random
    model: str
    questions: int
    account: Account
    first_sentence: Timed
    ended: Timed  # the answer, as the agent sees it
    pages: Timed
    exceptions: int  # on a page
    disconnects: int
    problems: tuple[str, ...]  # what ended an agent's work
    processor: float | None  # of the page's process, cores in use on average; None where it was started again
    question_s: float | None  # of processor that the page took, whatever for, by answered question; None as above
    memory_mb: tuple[float, ...]  # of the page's process, at equal distances
    agent_mb: float | None  # more than before they came, at the end, by agent; None as above
    growth_mb_per_hour: float | None  # over the second half; None where it was too short, or the page started again

    @property
    def is_sound(self) -> bool:
        """Whether nothing broke and nothing was lost."""
        return not (self.account.lost or self.account.failed or self.exceptions or self.problems)


def run_bench_load(
    agents: int, minutes: float, reading_s: tuple[float, float], model: str, accounts: bool = True
) -> LoadBench:
    """Put the page under load in a home of its own, for ``minutes``.

    :param accounts: whether each agent signs in with an own one.

    :raises EvalError: the sample cannot be ingested, or the page not be reached.
    """
    settings = load_settings()
    with (
        shown_phases() as phases,
        tempfile.TemporaryDirectory(prefix="polydesk-load-") as folder,
        bench_home(settings, Path(folder)) as home,
    ):
        environment = {**environment_of(home), **UNLIMITED, "POLYDESK_MODEL": model}
        with phases.phase("Ingesting the sample"):
            ingest_sample(environment)
        own = settings.model_copy(update={"home": home, "database_url": None, "chroma_url": None})
        with phases.phase("Signing in"):
            cookies = signed_in(home, agents) if accounts else ()
        with served_page(environment) as (port, server):
            with phases.phase("Opening the page"), closing(PageSession(port, *cookies[:1])) as first:
                first.open("")
                first.ask(read_golden(GOLDEN)[0].question)
            return load_page(port, lambda: server, own, agents, minutes, reading_s, model, phases, cookies=cookies)


def ingest_sample(environment: Mapping[str, str]) -> None:
    """Ingest the sample's documents in a process of its own.

    :raises EvalError: that fails.
    """
    command = [sys.executable, "-P", "-m", "app.main", "ingest", str(SAMPLE / "documents")]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True)
    if done.returncode:
        raise EvalError(f"the sample cannot be ingested: {(done.stderr or done.stdout).strip()[-300:]}")


def load_page(
    port: int,
    server: Callable[[], psutil.Process],
    settings: Settings,
    agents: int,
    minutes: float,
    reading_s: tuple[float, float],
    model: str,
    phases: Phases,
    meanwhile: Callable[[], None] = lambda: None,
    cookies: Sequence[str] = (),
) -> LoadBench:
    """Put a page that is being served under load.

    :param server: its process, at that moment.
    :param settings: those of the page.
    :param cookies: of the agents' accounts; nobody signs in when there are none.
    :param meanwhile: called once when all are at work, from a thread of its own; the load lasts until it returns, too.
    """
    questions = [golden.question for golden in read_golden(GOLDEN)]
    addresses = page_addresses(settings)
    working = [
        Agent(port, number, questions, addresses, reading_s, cookie)
        for number, cookie in zip(range(agents), cookies or repeat(""), strict=False)
    ]
    stop = threading.Event()
    every_s = max(1.0, minutes * 60 / _SAMPLES)
    process, begun = server(), time.perf_counter()
    busy_before, memory_before = _processor_seconds(process), process.memory_info().rss
    with (
        phases.phase(f"{agents} agents for {minutes:g} min") as show,
        MemoryWatch(lambda: [server().pid], every_s) as memory,
        ThreadPoolExecutor(agents + 1) as threads,
    ):

        def done() -> None:
            show(min(int(time.perf_counter() - begun), int(minutes * 60)), int(minutes * 60))

        jobs = [threads.submit(agent.work, stop, done) for agent in working]
        disturbing = threads.submit(meanwhile)
        try:
            time.sleep(max(0.0, minutes * 60 - (time.perf_counter() - begun)))
            disturbing.result()
        finally:
            stop.set()
        for job in jobs:
            job.result()
    lasted = time.perf_counter() - begun
    sent = [each for agent in working for each in agent.seen.sent]
    plain = [each for each in sent if not each.interrupted]
    conversations = ConversationStore(database_url(settings))
    try:
        account = account_of(sent, conversations)
    finally:
        conversations.close()
    is_same = server().pid == process.pid
    trend = growth(memory.samples) if is_same else None
    busy = _processor_seconds(process) - busy_before if is_same else None
    answered = sum(account.answered.values())
    grown = process.memory_info().rss - memory_before if is_same else None
    return LoadBench(
        agents=agents,
        accounts=bool(cookies),
        minutes=round(lasted / 60, 2),
        reading_s=reading_s,
        model=model,
        questions=len(sent),
        account=account,
        first_sentence=Timed.of([each.first for each in plain if each.first is not None]),
        ended=Timed.of([each.ended for each in plain]),
        pages=Timed.of([took for agent in working for took in agent.seen.pages]),
        exceptions=sum(agent.exceptions for agent in working),
        disconnects=sum(agent.seen.disconnects for agent in working),
        problems=tuple(problem for agent in working for problem in agent.seen.problems),
        processor=None if busy is None else round(busy / lasted, 2),
        question_s=None if busy is None or not answered else round(busy / answered, 3),
        memory_mb=tuple(round(mb, 1) for mb in _thinned([mb for _at, mb in memory.samples])),
        agent_mb=None if grown is None else round(grown / agents / _MEGABYTE, 2),
        growth_mb_per_hour=None if trend is None else round(trend, 1),
    )


def print_bench_load(figures: LoadBench, as_json: bool) -> None:
    """Print the figures for a person, or as JSON."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    least, most = figures.reading_s
    account = figures.account
    answers = ", ".join(f"{name} {count}" for name, count in sorted(account.answered.items()))
    who = "agents" if figures.accounts else "agents without accounts"
    typer.echo(f"{figures.agents} {who} at once, {figures.minutes:g} min, {least:g} to {most:g} s of reading between")
    typer.echo(f"  model {figures.model}; {figures.questions} questions: {answers or 'none answered'}")
    typer.echo(
        f"  failed with a message {account.failed}, interrupted {account.interrupted}, refused {account.refused}, "
        f"lost without a word {account.lost} (aim: 0)"
    )
    for line in account.lines:
        typer.echo(f"    {line}")
    rows = (("first sentence", figures.first_sentence), ("answer ended", figures.ended), ("other page", figures.pages))
    for name, timed in rows:
        typer.echo(f"  {name:<15} p50 {timed.p50:7.0f} ms   p95 {timed.p95:7.0f} ms   ({timed.times})")
    broken = figures.exceptions + len(figures.problems)
    typer.echo(f"  errors on a page {broken} (aim: 0), connections lost {figures.disconnects}")
    for problem in figures.problems[:_SHOWN]:
        typer.echo(f"    {problem}")
    trend = figures.growth_mb_per_hour
    grown = "too short to tell a growth" if trend is None else f"{trend:+.0f} MB an hour over the second half"
    shown = " ".join(f"{mb:.0f}" for mb in _thinned(figures.memory_mb, _SHOWN))
    if figures.processor is None:
        typer.echo("  the page's process was started again")
    else:
        spent = "" if figures.question_s is None else f", {figures.question_s:g} s of processor by answered question"
        typer.echo(f"  the page's process: {figures.processor:g} cores{spent}")
    more = "" if figures.agent_mb is None else f", {figures.agent_mb:g} MB by agent"
    typer.echo(f"  its memory: {shown} MB{more}; {grown}")


def _thinned(values: Sequence[float], most: int = 60) -> Sequence[float]:
    step = max(1, -(-len(values) // most))
    return [*values[::step]]


def _processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
