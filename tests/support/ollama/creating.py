"""``/api/create`` with a base and an adapter, as Ollama had it up to 0.34.0, and as later versions refuse it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.support.ollama.blobs import Blobs
from tests.support.ollama.bodies import CreateBody, read_body
from tests.support.ollama.errors import OllamaError
from tests.support.ollama.library import Library

# Wording of ``server/create.go`` in ollama.
_REFUSED = "LoRA adapters are no longer supported"
_CONVERTED = ("llama", "gemma2")
_NAME = re.compile(r"[\w][\w.-]*(/[\w][\w.-]*)?(:[\w][\w.-]*)?")


class Creating:
    """Makes models out of those on disk.

    :param adapters: whether adapters are taken.
    """

    def __init__(self, library: Library, blobs: Blobs, adapters: bool) -> None:
        self._library = library
        self._blobs = blobs
        self._adapters = adapters

    def create(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The progress; the new tag is on disk after the last line.

        :raises OllamaError: the request is wrong, or the model cannot be made.
        """
        request = read_body(CreateBody, body)
        if request.adapters and not self._adapters:
            raise OllamaError(400, _REFUSED)
        if not _NAME.fullmatch(request.model):
            raise OllamaError(400, "invalid model name")
        return self._created(request)

    def _created(self, request: CreateBody) -> Iterator[dict[str, Any]]:
        base = self._library.find(request.from_)
        if request.adapters:
            yield {"status": self._read(request.adapters, base.spec.architecture)}
        yield {"status": "creating new layer"}
        yield {"status": "writing manifest"}
        licences = [request.license] if isinstance(request.license, str) else request.license
        self._library.derive(request.model, base, [each for each in licences if each])
        yield {"status": "success"}

    def _read(self, adapters: dict[str, str], architecture: str) -> str:
        files = {name: self._blobs.content(digest) for name, digest in adapters.items()}
        if any(name.endswith(".safetensors") for name in files):
            json.loads(files["adapter_config.json"])
            if architecture not in _CONVERTED:
                raise OllamaError(500, "unsupported architecture")
            return "converting adapter"
        if len(files) != 1 or not next(iter(files.values())).startswith(b"GGUF"):
            raise OllamaError(400, "supplied file was not in GGUF format")
        return "parsing GGUF"
