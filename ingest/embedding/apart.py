"""An embedding model in a process of its own, which loads it while this one does something else.

To load the tokenizer takes a second, in which Python's other threads stand still; and where a model's pass is many
small steps, it would wait for those threads at each. Two may ask at a time: what the second asks for is cut into
tokens while the model makes its passes for the first, and no processor waits between the two. Both sides are ours, so
what they say to each other is pickled. The process ends when its sockets close, however this one ends.

    python -m ingest.embedding.apart SOCKETS NAME MODELS PURPOSE RUNTIME
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from multiprocessing.connection import Connection
from operator import attrgetter, methodcaller
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from ingest.errors import IngestError
from ingest.python_path import python_path

if TYPE_CHECKING:
    from ingest.embedding.base import Embedder, Encoded, Progress, TextKind, Vectors

AT_A_TIME = 2  # who embeds something
# A pass is many small steps; after each it waits so long, at most, for a thread that cuts texts into tokens.
_SWITCH_S = 0.0005

_unpickling = threading.Lock()  # it imports what is named: of two that import at a time, one may see modules half made

P = ParamSpec("P")
R = TypeVar("R")


class EmbedderApart:
    """An :class:`~ingest.embedding.base.Embedder`; the arguments are those of ``open_embedder``.

    Its first answer waits until the model is loaded. Every method raises what that function raises, and
    ``IngestError`` when the process is gone.
    """

    def __init__(self, name: str, models: Path, purpose: str, runtime: str) -> None:
        self.name = name
        self._models = models
        pairs = [socket.socketpair() for _ in range(AT_A_TIME + 1)]
        with ExitStack() as theirs:
            passed = [theirs.enter_context(its).fileno() for _, its in pairs]
            arguments = (",".join(map(str, passed)), name, str(models), purpose, runtime)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ingest.embedding.apart", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                pass_fds=passed,
                start_new_session=True,  # Ctrl-C in the user's terminal is for this process to handle
            )
        self._lines = [_Line(ours) for ours, _ in pairs]
        self._counting, *embedding = self._lines  # tokens are counted while texts are embedded
        self._free: SimpleQueue[_Line] = SimpleQueue()
        for line in embedding:
            self._free.put(line)

    @property
    def fingerprint(self) -> str:
        """Known without waiting for the model."""
        from ingest.embedding.models import fingerprint_of

        return fingerprint_of(self.name, self._models)

    @property
    def dimension(self) -> int:
        return int(self.run(attrgetter("dimension")))

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        encoded: Encoded = self.run(methodcaller("encode", list(texts), kind))
        if progress:
            progress(len(texts))
        return encoded

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        return self.encode(texts, kind, progress).vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return list(self._counting.ask(methodcaller("count_tokens", list(texts))))

    def run(self, do: Callable[Concatenate[Embedder, P], R], *arguments: P.args, **named: P.kwargs) -> R:
        """What ``do`` gives for the model and these arguments, over there: it may be much less than the model gives."""
        line = self._free.get()
        try:
            result: R = line.ask(do, *arguments, **named)
        finally:
            self._free.put(line)
        return result

    def close(self) -> None:
        """End the process, be it in the midst of loading."""
        for line in self._lines:
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

    def ask(self, do: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with self._lock:
            try:
                self._channel.send((do, arguments, named))
                answer = self._channel.recv()
            except (OSError, EOFError) as error:
                raise IngestError("The process that embeds is gone, perhaps for want of memory: try again.") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def _environment() -> dict[str, str]:
    return {
        # NumPy's own threads, which wait for each other by spinning, would take a ninth of the passes' time.
        "OPENBLAS_NUM_THREADS": "1",
        **os.environ,
        "PYTHONPATH": python_path(),
    }


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
            line.send_bytes(_reply(line.recv_bytes(), opened))


def _reply(said: bytes, opened: Future[Any]) -> bytes:
    """The answer, pickled; whatever goes wrong is one, or somebody would wait for ever."""
    try:
        model = opened.result()
        with _unpickling:
            do, arguments, named = pickle.loads(said)  # noqa: S301  # from the process that started this one
        return pickle.dumps(do(model, *arguments, **named), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        try:
            return pickle.dumps(error)
        except Exception:
            return pickle.dumps(IngestError(f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    sys.setswitchinterval(_SWITCH_S)
    if sys.argv[4] == "few":
        gc.disable()  # it lives for as long as one ingest of a few files, and there is little to collect
    _serve([Connection(int(each)) for each in sys.argv[1].split(",")], sys.argv[2], Path(sys.argv[3]), *sys.argv[4:6])
