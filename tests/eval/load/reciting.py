"""``python -m tests.eval.load.reciting --port N``: an Ollama whose model recites the evidence, as fast as one would.

It answers with the first sentences of the first passages, each with its number, so that the whole way of a question
is gone: budgeting, streaming, each sentence through the gate.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import threading
from collections.abc import Sequence

from tests.support.ollama.backend import GenerationRequest
from tests.support.ollama.scripted import Reply, ScriptedBackend
from tests.support.ollama.server import OllamaServer
from tests.support.ollama.structured import instance_of

MODEL = "llama3.2:3b"
_PASSAGE = re.compile(r"^\[(\d+)\] [^\n]*\n([^\n]+)", re.MULTILINE)
_SENTENCE = re.compile(r".*?[.!?。।؟](?=\s|$)|.+$")
_PASSAGES = 2
_PARALLEL = 8  # requests at once, as OLLAMA_NUM_PARALLEL


def reciting(tokens_per_second: float, request: GenerationRequest) -> Reply:
    """The first sentence of each of the first passages of the prompt."""
    if request.format is not None:
        return Reply(instance_of(request.format, request.user_text))
    found = [(number, sentence) for number, text in _PASSAGE.findall(request.user_text) if (sentence := _first(text))]
    said = " ".join(f"{sentence.rstrip('.')} [{number}]." for number, sentence in found[:_PASSAGES])
    return Reply(said or "NO_ANSWER", pause_s=1 / tokens_per_second)


def _first(text: str) -> str:
    found = _SENTENCE.match(text.lstrip("-*| "))
    return found[0] if found else ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval.load.reciting", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one when 0")
    parser.add_argument("--tokens-per-second", type=float, default=40.0)
    chosen = parser.parse_args(arguments)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    backend = ScriptedBackend(default=lambda request: reciting(chosen.tokens_per_second, request))
    server = OllamaServer(backend, [MODEL], port=chosen.port, parallel=_PARALLEL)
    server.start()
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    stop.wait()
    server.stop()


if __name__ == "__main__":
    main()
