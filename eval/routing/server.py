"""The simulated pair behind Ollama's protocol: as much of it as a chat needs."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from eval.routing.pair import Pair, Simulated, Simulation, tokens_in

_WORDS_AT_ONCE = 8  # tokens a line of the stream
_POLL_S = 0.02


@contextmanager
def served_pair(pair: Pair, simulation: Simulation, patience: float = 1.0) -> Iterator[str]:
    """The address of a server on a free port of this machine, with both models on it.

    :param patience: what the models' times are multiplied with; 0 for no waiting.
    """

    class Handler(_Handler):
        models = pair
        writer = simulation
        slow = patience

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), name="simulated-pair", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    models: Pair
    writer: Simulation
    slow: float

    def do_GET(self) -> None:
        both = (self.models.small, self.models.large)
        if self.path != "/api/tags":
            self._reply(404, {"error": "not found"})
            return
        self._reply(200, {"models": [{"name": each.tag, "model": each.tag, "details": {}} for each in both]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        model = self.models.of(str(body.get("model", "")))
        if self.path != "/api/chat" or model is None:
            self._reply(404, {"error": f"model '{body.get('model')}' not found"})
            return
        sent = [str(message.get("content", "")) for message in body.get("messages", ())]
        self._stream(model, sent, self.writer.write(model, sent[-1] if sent else ""))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is asked is nobody's business."""

    def _stream(self, model: Simulated, sent: list[str], text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        time.sleep(self.slow * model.first_token_ms / 1000)
        size = 4 * _WORDS_AT_ONCE
        for start in range(0, len(text), size):
            piece = text[start : start + size]
            time.sleep(self.slow * model.ms_per_token * tokens_in(piece) / 1000)
            self._line(model, {"message": {"role": "assistant", "content": piece}, "done": False})
        counts = {"prompt_eval_count": sum(map(tokens_in, sent)) + 8, "eval_count": tokens_in(text)}
        last = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", **counts}
        self._line(model, last)

    def _line(self, model: Simulated, content: Mapping[str, Any]) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.wfile.write(json.dumps({"model": model.tag, "created_at": now, **content}).encode() + b"\n")

    def _reply(self, status: int, content: Mapping[str, Any]) -> None:
        sent = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)
