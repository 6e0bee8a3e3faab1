"""What sorting costs: learning from made tickets, with their embedding, and one new ticket at a time.

The tickets are sentences of the generated corpus in twelve languages; their queue is what the sentences are about.
Type, priority and sentiment follow it in four of five tickets and are drawn in the others, as people do not sort alike
either; how often they are right says nothing and is not printed.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

import psutil
import typer
from pydantic import BaseModel, ConfigDict

from app.desk.tickets import SortedText
from app.desk.triage.learning import learn
from app.desk.triage.shelf import shelf_of
from app.desk.triage.triage import Triage
from app.phases import Phases, shown_phases
from app.settings import load_settings
from eval.bench_home import bench_home
from eval.corpus.values import Values
from eval.corpus.wording import LANGUAGES, products, wording
from eval.timed import Timed
from ingest.knowledge import open_centred_embedder

_DRAWN = {
    "type": ("question", "problem", "request", "complaint"),
    "priority": ("low", "normal", "high", "urgent"),
    "sentiment": ("negative", "neutral", "positive"),
}
_FOLLOWS = 0.8  # share of labels that what a ticket is about decides
_SENTENCES = (2, 5)  # in a ticket, least and most
_WARM_UP = 5


class TriageCost(BaseModel):
    """Seconds of learning as a whole; milliseconds of sorting one ticket, all its fields."""

    model_config = ConfigDict(frozen=True)

    tickets: int
    languages: int
    characters: float  # of a ticket, mean
    learning_s: float
    one_ticket: Timed
    memory_mb: float  # of the process, at its highest after learning


def run_bench_triage(tickets: int, asked: int) -> TriageCost:
    """Learn from ``tickets`` made ones, then sort ``asked`` others one by one."""
    settings = load_settings()
    texts = made_tickets(tickets + asked + _WARM_UP)
    known, fresh = texts[:tickets], texts[tickets:]
    with (
        tempfile.TemporaryDirectory(prefix="polydesk-bench-") as folder,
        bench_home(settings, Path(folder)) as home,
        shown_phases() as phases,
    ):
        shelf = shelf_of(home)
        learner = open_centred_embedder(settings, "bulk")
        started = time.perf_counter()
        with ExitStack() as stack:
            learn(known, learner, shelf, lambda name: stack.enter_context(phases.phase(name)))
        learning = time.perf_counter() - started
        memory = psutil.Process().memory_info().rss / 1e6
        times = _one_by_one(Triage(shelf, open_centred_embedder(settings)), fresh, phases)
    return TriageCost(
        tickets=tickets,
        languages=len({each.language for each in known}),
        characters=round(sum(len(each.text) for each in known) / tickets, 1),
        learning_s=round(learning, 1),
        one_ticket=times,
        memory_mb=round(memory, 1),
    )


def print_bench_triage(figures: TriageCost, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    said = f"{figures.tickets} tickets in {figures.languages} languages, {figures.characters:.0f} characters each"
    typer.echo(f"learning from {said}: {figures.learning_s:.0f} s, embedding included")
    one = figures.one_ticket
    typer.echo(f"sorting one ticket: p50 {one.p50:.1f} ms, p95 {one.p95:.1f} ms ({one.times} tickets)")
    typer.echo(f"memory {figures.memory_mb:.0f} MB")


def made_tickets(count: int, seed: int = 0) -> list[SortedText]:
    """As many tickets, each in one language and about one topic."""
    random = Random(seed)  # noqa: S311  # no secret is made of it
    found = []
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        words = wording(language)
        topic = random.randrange(len(words.topics))
        patterns = words.topics[topic].sentences
        values = Values(words, random.choice(products()), random)
        chosen = random.sample(patterns, min(len(patterns), random.randint(*_SENTENCES)))
        labels = {"queue": f"topic {topic + 1}"}
        for field, of in _DRAWN.items():
            labels[field] = of[topic % len(of)] if random.random() < _FOLLOWS else random.choice(of)
        text = words.joiner.join(values.fill(pattern) for pattern in chosen)
        found.append(SortedText(f"T-{number}", text, language, labels))
    return found


def _one_by_one(triage: Triage, texts: list[SortedText], phases: Phases) -> Timed:
    seconds = []
    with phases.phase(f"sorting {len(texts)} tickets one by one") as show:
        for done, text in enumerate(texts, 1):
            started = time.perf_counter()
            list(triage.sort([text]))
            seconds.append(time.perf_counter() - started)
            show(done, len(texts))
    return Timed.of_seconds(seconds[_WARM_UP:])
