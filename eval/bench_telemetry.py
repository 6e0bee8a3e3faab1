"""What telemetry costs: processor time of quoting answers with a collector that takes everything, and without one."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import typer
from pydantic import BaseModel, ConfigDict

from app.answers import Question
from app.assistant import Assistant, build_assistant
from app.settings import load_settings
from app.telemetry.opening import SentTelemetry, open_telemetry
from eval.errors import EvalError
from eval.sample import GOLDEN
from eval.suites.golden import asked_on, read_golden
from ingest.knowledge import open_knowledge

_AIM = 0.02
# A process of its own, so that its time is not counted as ours.
_COLLECTOR = """
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


class TelemetryFigures(BaseModel):
    """Milliseconds of processor time for one answer, of all threads; medians over rounds."""

    model_config = ConfigDict(frozen=True)

    questions: int
    rounds: int
    off_ms: float
    on_ms: float
    overhead: float  # of ``on`` over ``off``, as a share; the median of the rounds' own
    lost: int  # spans and figures


def run_bench_telemetry(questions: int, rounds: int) -> TelemetryFigures:
    """Ask golden questions of the knowledge base that the settings name, by turns with and without telemetry.

    In every round both are asked the same; who comes first takes turns. What is sent counts, too.

    :raises EvalError: there are no golden questions, or the collector does not start.
    """
    settings, day = load_settings(), asked_on(GOLDEN)
    texts = [golden.question for golden in read_golden(GOLDEN) if golden.answerable][:questions]
    if not texts:
        raise EvalError("there are no golden questions that can be answered")
    with _collector() as url, open_knowledge(settings) as knowledge:
        watched = settings.model_copy(update={"telemetry_url": url})
        telemetry = open_telemetry(watched)
        if not isinstance(telemetry, SentTelemetry):
            raise EvalError("telemetry is off")
        off = build_assistant(knowledge, settings.model_copy(update={"telemetry_url": ""}))
        on = build_assistant(knowledge, watched)
        for assistant in (off, on):
            _ask(assistant, texts, day, 0)  # loads what is loaded once
        telemetry.flush()
        pairs = []
        for turn in range(rounds):
            took = {}
            for assistant in (off, on) if turn % 2 == 0 else (on, off):
                gc.collect()
                began = time.process_time()
                _ask(assistant, texts, day, 2 * turn + 1 + (assistant is on))
                if assistant is on:
                    telemetry.flush()
                took[assistant is on] = (time.process_time() - began) * 1000 / len(texts)
            pairs.append((took[False], took[True]))
        lost = telemetry.collector.lost if telemetry.collector else 0
        telemetry.close()
    return TelemetryFigures(
        questions=len(texts),
        rounds=rounds,
        off_ms=round(statistics.median(pair[0] for pair in pairs), 2),
        on_ms=round(statistics.median(pair[1] for pair in pairs), 2),
        overhead=round(statistics.median(pair[1] / pair[0] - 1 for pair in pairs), 4),
        lost=lost,
    )


def print_bench_telemetry(figures: TelemetryFigures, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    typer.echo(f"{figures.questions} questions, quoted, {figures.rounds} rounds; processor time of one answer")
    typer.echo(f"without telemetry  {figures.off_ms:8.2f} ms")
    typer.echo(f"with a collector   {figures.on_ms:8.2f} ms")
    typer.echo(f"overhead           {figures.overhead:8.1%}     (aim: under {_AIM:.0%})")


def _ask(assistant: Assistant, texts: Sequence[str], day: date, spaces: int) -> None:
    """Ask each text, with as many spaces behind it that nothing is remembered from the last time."""
    for text in texts:
        for _ in assistant.ask(Question(text=text + " " * spaces, model="quoting", as_of=day)):
            pass


@contextmanager
def _collector() -> Iterator[str]:
    """The address of a collector that keeps nothing."""
    with subprocess.Popen([sys.executable, "-c", _COLLECTOR], stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            if not port:
                raise EvalError("the collector of the benchmark did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
