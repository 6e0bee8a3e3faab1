"""``python -m tests.support.ollama --backend smol|echo|script FILE``: the server, by hand, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.support.ollama.backend import Backend
from tests.support.ollama.script_file import ScriptError, load_script
from tests.support.ollama.scripted import ScriptedBackend, echo
from tests.support.ollama.server import DEFAULT_MODELS, OllamaServer
from tests.support.ollama.smol import MODEL, SmolBackend, WeightsMissingError, find_weights


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; 2 when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.ollama", description=__doc__)
    parser.add_argument("--port", type=int, default=11434, help="0 for a free one")
    parser.add_argument("--backend", nargs="+", default=["smol"], metavar="smol|echo|script FILE")
    parser.add_argument("--models", default=",".join((MODEL, *DEFAULT_MODELS)), help="tags, separated by commas")
    parser.add_argument("--threads", type=int, default=1, help="of the real model")
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="before every reply")
    chosen = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        backend = _backend(chosen.backend, chosen.threads)
        models = [name for name in chosen.models.split(",") if name]
        server = OllamaServer(backend, models, port=chosen.port, delay_s=chosen.delay)
        server.start()
    except (ScriptError, WeightsMissingError, ValueError, OSError) as error:
        sys.stderr.write(f"cannot start: {error}\n")
        return 2
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    stop.wait()
    server.stop()
    backend.close()
    return 0


def _backend(chosen: list[str], threads: int) -> Backend:
    match chosen:
        case ["smol"]:
            find_weights()
            return SmolBackend(threads=threads)
        case ["echo"]:
            return ScriptedBackend(default=echo)
        case ["script", file]:
            return ScriptedBackend(load_script(Path(file)), cycle=True)
        case _:
            raise ValueError(f"--backend is smol, echo or script FILE, not {' '.join(chosen)}")


if __name__ == "__main__":
    sys.exit(main())
