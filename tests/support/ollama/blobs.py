"""Files by their digest, as ``/api/blobs/sha256:…`` takes them."""

from __future__ import annotations

import hashlib
import re
import threading

from tests.support.ollama.errors import OllamaError

PREFIX = "/api/blobs/"
_DIGEST = re.compile(r"sha256[:-][0-9a-f]{64}")


class Blobs:
    """What was sent; a file whose digest is another is refused, as by Ollama."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def has(self, digest: str) -> bool:
        """Whether the file is there.

        :raises OllamaError: 400, it is no digest.
        """
        return _checked(digest) in self._files

    def put(self, digest: str, content: bytes) -> int:
        """Keep a file; the status that says so.

        :raises OllamaError: 400, the digest is another.
        """
        found = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if found != _checked(digest):
            raise OllamaError(400, f'digest mismatch, expected "{digest}", got "{found}"')
        with self._lock:
            self._files[found] = content
        return 201

    def content(self, digest: str) -> bytes:
        """The file.

        :raises OllamaError: 400, it is not there.
        """
        if not self.has(digest):
            raise OllamaError(400, f"open blobs/{digest.replace(':', '-')}: no such file or directory")
        return self._files[_checked(digest)]


def _checked(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise OllamaError(400, "invalid digest format")
    return digest.replace("-", ":")
