"""A server on loopback that speaks OpenAI's chat protocol, as vLLM, llama.cpp and Mistral's API do."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Said:
    """One reply: words, streamed one by one, and how it ends.

    :param finish: the reason of the end; None breaks the stream off instead.
    :param prompt_tokens: what the server says it read.
    :param pause_s: before each word.
    """

    words: str = ""
    finish: str | None = "stop"
    prompt_tokens: int = 40
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Refused:
    """An error instead of a reply."""

    status: int
    message: str


class OpenAIServer(ThreadingHTTPServer):
    """Says what is enqueued; a context manager."""

    daemon_threads = True

    def __init__(self, models: tuple[str, ...] = ("mistral-small",), default: Said | None = None) -> None:
        self.models = models
        self.default = default  # what it says when nothing is enqueued
        self.lists = True  # whether it has a list of models
        self.replies: deque[Said | Refused] = deque()
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.leaving = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(_POLL_S,), daemon=True)

    @property
    def url(self) -> str:
        """With the ``/v1`` that clients are given."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def enqueue(self, *replies: str | Said | Refused) -> None:
        """Append to what it will say."""
        self.replies.extend(Said(reply) if isinstance(reply, str) else reply for reply in replies)

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leaving.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: OpenAIServer

    def do_GET(self) -> None:
        if not self.server.lists:
            self._json(404, {"error": {"message": "no such address"}})
            return
        about = {"object": "model", "created": 1_700_000_000, "owned_by": "vllm"}
        listed = [{"id": name, "root": f"/models/{name}", **about} for name in self.server.models]
        self._json(200, {"object": "list", "data": listed})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.server.bodies.append(body)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        if body["model"] not in self.server.models:
            self._json(404, {"error": {"message": f"The model `{body['model']}` does not exist."}})
            return
        default = self.server.default
        reply = default if default and not self.server.replies else self.server.replies.popleft()
        if isinstance(reply, Refused):
            self._json(reply.status, {"error": {"message": reply.message}, "message": reply.message})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            self._stream(body, reply)
        except (BrokenPipeError, ConnectionResetError):
            self.server.leaving.set()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _stream(self, body: dict[str, Any], reply: Said) -> None:
        pieces = [piece + " " for piece in reply.words.split(" ")]
        pieces[-1] = pieces[-1].removesuffix(" ")
        for piece in pieces:
            if reply.pause_s and self.server.leaving.wait(reply.pause_s):
                return
            self._event(body, {"delta": {"role": "assistant", "content": piece}, "finish_reason": None})
        if reply.finish is None:
            return
        usage = {"prompt_tokens": reply.prompt_tokens, "completion_tokens": len(pieces)}
        usage["total_tokens"] = sum(usage.values())
        self._event(body, {"delta": {"content": ""}, "finish_reason": reply.finish}, usage)
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, body: dict[str, Any], choice: dict[str, Any], usage: dict[str, int] | None = None) -> None:
        event = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": body["model"],
            "choices": [{"index": 0, **choice}],
            **({"usage": usage} if usage else {}),
        }
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def _json(self, status: int, value: dict[str, Any]) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
