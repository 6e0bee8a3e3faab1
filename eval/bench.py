"""How long the main things take: a cold question, a warm one, and ingestion against embedding alone."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import typer
from pydantic import BaseModel, ConfigDict

from app.answers import Finished, Question
from app.assistant import build_assistant
from app.settings import Settings, load_settings
from eval.errors import EvalError
from eval.sample import SAMPLE
from eval.stored_texts import embedded_texts, stored_texts
from eval.suites.golden import read_golden
from ingest.knowledge import Knowledge, open_knowledge
from ingest.runs import ingest_into
from ingest.sources import open_source

_COLD_RUNS = 3
_WARM_QUESTIONS = 40
_STORE_ENDS_S = 4.0  # the store ends by itself when its last user has ended


class Figures(BaseModel):
    """Seconds where the name says so, milliseconds where it says ms."""

    model_config = ConfigDict(frozen=True)

    cold_ask_s: float  # a whole `polydesk ask`, store not running; median of three
    warm_first_sentence_ms: float  # median over golden questions, quoting
    warm_first_sentence_p95_ms: float
    ingest_s: float
    embedding_alone_s: float
    ingest_over_embedding: float
    texts_embedded: int


def run_bench() -> Figures:
    """Ingest the sample into a home of its own, and time against it; the models of the real home are used."""
    settings = load_settings()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        models = settings.home / "models"
        models.mkdir(parents=True, exist_ok=True)
        (home / "models").symlink_to(models)
        own = settings.model_copy(update={"home": home, "database_url": None, "chroma_url": None})
        with open_knowledge(own, purpose="bulk") as knowledge:
            ingest_s, embedding_s, texts = _ingest(knowledge, SAMPLE / "documents")
        with open_knowledge(own) as knowledge:
            warm = _warm(knowledge, own, SAMPLE / "golden")
        cold = [_cold(home) for _ in range(_COLD_RUNS)]
        return Figures(
            cold_ask_s=round(statistics.median(cold), 2),
            warm_first_sentence_ms=round(statistics.median(warm), 1),
            warm_first_sentence_p95_ms=round(statistics.quantiles(warm, n=20)[-1], 1),
            ingest_s=round(ingest_s, 2),
            embedding_alone_s=round(embedding_s, 2),
            ingest_over_embedding=round(ingest_s / embedding_s, 2),
            texts_embedded=texts,
        )


def print_figures(figures: Figures, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    typer.echo(f"cold `polydesk ask`                {figures.cold_ask_s:8.2f} s   (aim: under 6)")
    typer.echo(f"warm, first sentence, median       {figures.warm_first_sentence_ms:8.0f} ms  (aim: under 400)")
    typer.echo(f"warm, first sentence, 95th of 100  {figures.warm_first_sentence_p95_ms:8.0f} ms")
    typer.echo(f"ingesting the sample's documents   {figures.ingest_s:8.2f} s   ({figures.texts_embedded} texts)")
    typer.echo(f"embedding the same texts alone     {figures.embedding_alone_s:8.2f} s")
    typer.echo(f"ingest over embedding              {figures.ingest_over_embedding:8.2f}     (aim: under 1.5)")


def _ingest(knowledge: Knowledge, documents: Path) -> tuple[float, float, int]:
    """Seconds of ingesting, seconds of embedding the very same texts, and how many they were."""
    knowledge.embedder.embed(["warm-up"], ["en"], "passage")
    started = time.perf_counter()
    summary = ingest_into(knowledge, [open_source(documents)])
    ingest_s = time.perf_counter() - started
    texts = embedded_texts(stored_texts(knowledge.engine), knowledge.embedder)
    if summary.embedded != len(texts):
        raise EvalError(f"{summary.embedded} texts were embedded, but {len(texts)} are in the ledger")
    started = time.perf_counter()
    knowledge.embedder.encode([text for _, text in texts], [language for language, _ in texts], "passage")
    return ingest_s, time.perf_counter() - started, len(texts)


def _warm(knowledge: Knowledge, settings: Settings, golden: Path) -> list[float]:
    assistant = build_assistant(knowledge, settings)
    times = []
    for question in [golden for golden in read_golden(golden) if golden.answerable][:_WARM_QUESTIONS]:
        for event in assistant.ask(Question(text=question.question, model="quoting")):
            if isinstance(event, Finished) and event.answer.action == "answer":
                times.append(event.answer.timings_ms.first_token)
    return times[3:]  # the first few open connections and load data files


def _cold(home: Path) -> float:
    time.sleep(_STORE_ENDS_S)
    environment = {**os.environ, "POLYDESK_HOME": str(home), "POLYDESK_MODEL": "quoting"}
    command = [sys.executable, "-m", "app.main", "ask", "--json", "Wie lange kann ich eine Matratze zurückgeben?"]
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode != 0 or json.loads(done.stdout)["action"] not in ("answer", "abstain"):
        raise EvalError(f"polydesk ask failed: {done.stderr.strip()[-300:]}")
    return seconds
