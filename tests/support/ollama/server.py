"""A server that speaks Ollama's protocol, for tests and for trying things by hand."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Generic, TypeVar

from tests.support.ollama.backend import Backend
from tests.support.ollama.blobs import Blobs
from tests.support.ollama.bodies import Body
from tests.support.ollama.creating import Creating
from tests.support.ollama.inference import Inference
from tests.support.ollama.library import Library
from tests.support.ollama.options import Options
from tests.support.ollama.protocol import Call, Journal, OllamaHTTPServer
from tests.support.ollama.queueing import RequestQueue
from tests.support.ollama.residency import Residency

VERSION = "0.12.6"
DEFAULT_MODELS = ("llama3.1:8b", "mistral:7b", "mistral-small:24b")
_POLL_S = 0.02

B = TypeVar("B", bound=Backend)


class OllamaServer(Generic[B]):
    """Ollama on a free port of 127.0.0.1, with ``backend`` as its model.

    A context manager: ``with OllamaServer(ScriptedBackend(["Hello"])) as server: client = Client(server.url)``.
    The backend stays open afterwards; it belongs to whoever made it.

    :param models: tags on the server's disk; others of ``catalogue.yaml`` can be pulled.
    :param delay_s: seconds before the first piece of every reply.
    :param load_s: seconds a load takes, also after a changed ``num_ctx``.
    :param context_length: ``num_ctx`` of requests that do not say, in tokens (OLLAMA_CONTEXT_LENGTH).
    :param parallel: requests at the model at once (OLLAMA_NUM_PARALLEL).
    :param max_queue: requests that may wait (OLLAMA_MAX_QUEUE); one more is answered 503.
    :param memory: bytes a model and its context may take; more is answered 500. None for no limit.
    :param pull_step_s: seconds between two lines of a pull's progress.
    :param offline: pulls fail as on a machine without a way out.
    :param adapters: False for a version that takes none (from 0.34.1 on).
    :param wire_bytes: bytes of a stream written at a time, through lines and characters; None for whole lines.
    :param port: 0 for a free one.
    :raises ValueError: a tag is not in ``catalogue.yaml``.
    """

    def __init__(
        self,
        backend: B,
        models: Sequence[str] = DEFAULT_MODELS,
        *,
        delay_s: float = 0.0,
        load_s: float = 0.0,
        context_length: int = 4096,
        parallel: int = 1,
        max_queue: int = 512,
        memory: int | None = None,
        pull_step_s: float = 0.0,
        offline: bool = False,
        adapters: bool = True,
        wire_bytes: int | None = None,
        port: int = 0,
    ) -> None:
        self.backend = backend
        self._library = Library(models, pull_step_s, offline)
        self._blobs = Blobs()
        self._creating = Creating(self._library, self._blobs, adapters)
        self._residency = Residency(memory)
        self._queue = RequestQueue(parallel, max_queue)
        self._inference = Inference(
            backend,
            self._library,
            self._residency,
            self._queue,
            Options(num_ctx=context_length),
            delay_s,
            load_s,
        )
        self._journal = Journal()
        self._wire_bytes = wire_bytes
        self._port = port
        self._http: OllamaHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``; the port stays the same when the server is started again."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> list[Body]:
        """Bodies of the calls of ``/api/chat`` and ``/api/generate``, in order."""
        return [call.body for call in self._journal.calls if call.path in {"/api/chat", "/api/generate"}]

    @property
    def calls(self) -> list[Call]:
        """Every request, in order."""
        return list(self._journal.calls)

    @property
    def cancelled(self) -> list[Body]:
        """Bodies of the requests whose client left before the answer was complete."""
        return list(self._journal.cancelled)

    @property
    def loads(self) -> list[tuple[str, int]]:
        """Every load of a model, in order: its tag and ``num_ctx``."""
        return list(self._residency.loads)

    @property
    def waiting(self) -> int:
        """How many requests wait in the queue."""
        return self._queue.waiting

    def start(self) -> None:
        """Listen; returns when connections are accepted.

        :raises OSError: the port is taken.
        """
        self._http = OllamaHTTPServer(
            self._port, self._gets(), self._posts(), self._journal, self._wire_bytes, self._blobs
        )
        self._port = self._http.server_address[1]
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(_POLL_S,), name="ollama-server", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Cancel what runs and close the port; running clients see their connection break."""
        if self._http is None or self._thread is None:
            return
        self._http.stop()
        self._thread.join()
        self._http = self._thread = None

    def __enter__(self) -> OllamaServer[B]:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None and self._journal.failures:
            raise self._journal.failures[0]

    def _gets(self) -> dict[str, Any]:
        return {
            "/": lambda: "Ollama is running",
            "/api/version": lambda: {"version": VERSION},
            "/api/tags": self._library.tags,
            "/api/ps": self._inference.ps,
        }

    def _posts(self) -> dict[str, Any]:
        return {
            "/api/chat": self._inference.chat,
            "/api/generate": self._inference.generate,
            "/api/embed": self._inference.embed,
            "/api/show": lambda body, cancelled: self._library.show(body),
            "/api/pull": self._pull,
            "/api/create": self._create,
        }

    def _create(self, body: Body, cancelled: threading.Event) -> Any:
        lines = self._creating.create(body)
        return lines if body.get("stream") in {None, True} else list(lines)[-1]

    def _pull(self, body: Body, cancelled: threading.Event) -> Any:
        lines = self._library.pull(body, cancelled)
        return lines if body.get("stream") in {None, True} else list(lines)[-1]
