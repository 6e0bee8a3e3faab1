"""What Ollama's API has for adapters: whether it takes any, a model's description, files by digest, making a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from app.errors import AppError, AppUserError
from app.models.outgoing import checked, unproxied
from app.models.pulling import PullStep

_CONNECT_S = 5.0
_LOOK_S = 10.0
_SILENCE_S = 900.0  # while a large file is written, or an adapter is turned into GGUF
_PIECE = 1 << 20
_NO_DIGEST = "sha256:" + "0" * 64
_LONGEST = 200


class AdapterServer:
    """One Ollama server.

    Every method raises :class:`AppUserError` when nobody answers there, or it must not be asked.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def check_takes_adapters(self) -> None:
        """Ask with a request that can make nothing; from version 0.34.1 on Ollama refuses any adapter.

        :raises AppUserError: this server does.
        """
        body = {"model": "", "adapters": {"adapter.gguf": _NO_DIGEST}}
        answer = self._asked("POST", "/api/create", json=body)
        if "adapter" in _words(answer).lower():
            raise AppUserError(
                f"the Ollama server at {self.url} takes no LoRA adapters, as any from version 0.34.1 on: use 0.33, or "
                "serve base and adapter with vLLM or llama.cpp and name the model openai:NAME"
            )

    def shown(self, tag: str) -> dict[str, Any] | None:
        """The description of a model; None where the server does not have it."""
        answer = self._asked("POST", "/api/show", json={"model": tag})
        if answer.status_code == 404:
            return None
        return self._object(answer)

    def has_file(self, digest: str) -> bool:
        """Whether a file of that digest is there already."""
        return self._asked("HEAD", f"/api/blobs/{digest}").status_code == 200

    def send_file(self, path: Path, digest: str, show: Callable[[PullStep], None]) -> None:
        """Send a file; the server compares it with its digest.

        :raises AppError: it did not arrive.
        """
        size = path.stat().st_size

        def pieces() -> Iterator[bytes]:
            sent = 0
            with path.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    yield piece
                    sent += len(piece)
                    show(PullStep("sending", digest, sent, size))

        headers = {"Content-Length": str(size)}
        answer = self._asked("POST", f"/api/blobs/{digest}", content=pieces(), headers=headers, timeout_s=_SILENCE_S)
        if answer.status_code not in (200, 201):
            raise AppError(f"{path} did not arrive at {self.url}: {_words(answer)}")

    def create(self, tag: str, base: str, files: Mapping[str, str], licences: Sequence[str]) -> None:
        """Make a model of a base and an adapter's files, given by name and digest.

        :raises AppError: the server cannot make it.
        """
        body = {"model": tag, "from": base, "adapters": dict(files), "license": list(licences), "stream": True}
        timeout = httpx.Timeout(_SILENCE_S, connect=_CONNECT_S)
        status = ""
        try:
            with httpx.stream(
                "POST", checked(f"{self.url}/api/create"), json=body, timeout=timeout, **unproxied()
            ) as answer:
                for line in answer.iter_lines():
                    step = json.loads(line) if line.strip() else {}
                    if error := step.get("error"):
                        raise AppError(f"{self.url} cannot make {tag}: {_short(str(error))}")
                    status = str(step.get("status", status))
        except httpx.ConnectError as error:
            raise self._nobody() from error
        except (httpx.HTTPError, ValueError) as error:
            raise AppError(f"{self.url} cannot make {tag}: {_short(str(error)) or type(error).__name__}") from error
        if status != "success":
            raise AppError(f"{self.url} ended before {tag} was made ({status or 'no word'})")

    def _asked(self, method: str, path: str, timeout_s: float = _LOOK_S, **given: Any) -> httpx.Response:
        timeout = httpx.Timeout(timeout_s, connect=_CONNECT_S)
        try:
            return httpx.request(method, checked(f"{self.url}{path}"), timeout=timeout, **unproxied(), **given)
        except httpx.ConnectError as error:
            raise self._nobody() from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AppError(f"{self.url} did not answer: {_short(str(error)) or type(error).__name__}") from error

    def _object(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            found = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            raise AppError(f"{self.url} did not describe the model: {_words(answer)}") from None
        return found if isinstance(found, dict) else {}

    def _nobody(self) -> AppUserError:
        return AppUserError(f"no Ollama server answers at {self.url}: start it with `ollama serve`")


def digest_of(path: Path) -> str:
    """``sha256:…`` of a file, as Ollama names it."""
    with path.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def _words(answer: httpx.Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        found = answer.text
    return _short(str(found.get("error", "")) if isinstance(found, dict) else str(found))


def _short(words: str) -> str:
    return " ".join(words.split())[:_LONGEST]
