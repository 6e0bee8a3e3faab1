"""An embedding model in a process of its own, which loads it while this one does something else.

To load the tokenizer takes a second, in which Python's other threads stand still. Both sides are ours, so what they
say to each other is pickled. The process ends when its socket closes, however this one ends.

    python -m ingest.embedding.apart SOCKET NAME MODELS PURPOSE RUNTIME
"""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
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
        self._lock = threading.Lock()
        ours, theirs = socket.socketpair()
        with theirs:
            arguments = (str(theirs.fileno()), name, str(models), purpose, runtime)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ingest.embedding.apart", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C in the user's terminal is for this process to handle
            )
        self._channel = Connection(ours.detach())

    @property
    def fingerprint(self) -> str:
        """Known without waiting for the model."""
        from ingest.embedding.models import fingerprint_of

        return fingerprint_of(self.name, self._models)

    @property
    def dimension(self) -> int:
        return int(self._ask("dimension"))

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        encoded: Encoded = self._ask("encode", list(texts), kind)
        if progress:
            progress(len(texts))
        return encoded

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        return self.encode(texts, kind, progress).vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return list(self._ask("count_tokens", list(texts)))

    def close(self) -> None:
        """End the process, be it in the midst of loading."""
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def _ask(self, what: str, *arguments: Any) -> Any:
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


def _serve(channel: Connection, name: str, models: Path, purpose: Any, runtime: Any) -> None:
    """Answer until the other side closes; a model that cannot be opened is the answer to everything."""
    from ingest.embedding.models import open_embedder

    embedder: Any = None
    try:
        embedder = open_embedder(name, models, purpose, runtime)
    except Exception as error:  # said to whoever asks
        failure = error
    while True:
        try:
            what, arguments = channel.recv()
        except (EOFError, OSError):
            return
        try:
            if embedder is None:
                raise failure
            found = getattr(embedder, what)
            answer = found(*arguments) if callable(found) else found
        except Exception as error:
            answer = error
        channel.send(answer)


if __name__ == "__main__":
    gc.disable()  # it lives for as long as one ingest of a few files, and there is little to collect
    _serve(Connection(int(sys.argv[1])), sys.argv[2], Path(sys.argv[3]), *sys.argv[4:6])
