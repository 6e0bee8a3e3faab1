"""An embedding model in a process of its own, which loads it while this one does something else.

To load the tokenizer takes a second, in which Python's other threads stand still; and where a model's pass is many
small steps, it would wait for those threads at each. Both sides are ours, so what they say to each other is pickled.
The process ends when its sockets close, however this one ends.

    python -m ingest.embedding.apart SOCKETS NAME MODELS PURPOSE RUNTIME
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ingest
from ingest.errors import IngestError

if TYPE_CHECKING:
    from ingest.embedding.base import Encoded, Progress, TextKind, Vectors


class EmbedderApart:
    """An :class:`~ingest.embedding.base.Embedder`; the arguments are those of ``open_embedder``.

    Its first answer waits until the model is loaded. Every method raises what that function raises, and
    ``IngestError`` when the process is gone.
    """

    def __init__(self, name: str, models: Path, purpose: str, runtime: str) -> None:
        self.name = name
        self._models = models
        # Tokens are counted while texts are embedded.
        (embedding, its), (counting, its_other) = socket.socketpair(), socket.socketpair()
        with its, its_other:
            passed = (its.fileno(), its_other.fileno())
            arguments = (",".join(map(str, passed)), name, str(models), purpose, runtime)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ingest.embedding.apart", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                pass_fds=passed,
                start_new_session=True,  # Ctrl-C in the user's terminal is for this process to handle
            )
        self._embedding, self._counting = _Line(embedding), _Line(counting)

    @property
    def fingerprint(self) -> str:
        """Known without waiting for the model."""
        from ingest.embedding.models import fingerprint_of

        return fingerprint_of(self.name, self._models)

    @property
    def dimension(self) -> int:
        return int(self._embedding.ask("dimension"))

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        encoded: Encoded = self._embedding.ask("encode", list(texts), kind)
        if progress:
            progress(len(texts))
        return encoded

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        return self.encode(texts, kind, progress).vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return list(self._counting.ask("count_tokens", list(texts)))

    def close(self) -> None:
        """End the process, be it in the midst of loading."""
        for line in (self._embedding, self._counting):
            line.close()
        self._process.kill()
        self._process.wait()


class _Line:
    """Asks one question after the other."""

    def __init__(self, ours: socket.socket) -> None:
        self._channel = Connection(ours.detach())
        self._lock = threading.Lock()

    def close(self) -> None:
        self._channel.close()

    def ask(self, what: str, *arguments: Any) -> Any:
        with self._lock:
            try:
                self._channel.send((what, arguments))
                answer = self._channel.recv()
            except (OSError, EOFError) as error:
                raise IngestError("The process that embeds is gone, perhaps for want of memory: try again.") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def _environment() -> dict[str, str]:
    packages = str(Path(ingest.__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (packages, os.environ.get("PYTHONPATH"))))}


def _serve(lines: Sequence[Connection], name: str, models: Path, purpose: Any, runtime: Any) -> None:
    """Answer on every line until the other side closes; a model that cannot be opened is the answer to everything."""
    from ingest.embedding.models import open_embedder

    opened: Future[Any] = Future()
    for line in lines[1:]:
        threading.Thread(target=_answer, args=(line, opened), daemon=True).start()
    try:
        opened.set_result(open_embedder(name, models, purpose, runtime))
    except Exception as error:  # said to whoever asks
        opened.set_exception(error)
    _answer(lines[0], opened)


def _answer(line: Connection, opened: Future[Any]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            what, arguments = line.recv()
            try:
                found = getattr(opened.result(), what)
                answer = found(*arguments) if callable(found) else found
            except Exception as error:
                answer = error
            line.send(answer)


if __name__ == "__main__":
    if sys.argv[4] == "few":
        gc.disable()  # it lives for as long as one ingest of a few files, and there is little to collect
    _serve([Connection(int(each)) for each in sys.argv[1].split(",")], sys.argv[2], Path(sys.argv[3]), *sys.argv[4:6])
