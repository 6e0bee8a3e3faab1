"""How a request to the server ends badly: an error answer, a dropped connection, a client that left."""

from __future__ import annotations


class OllamaError(Exception):
    """Answered as ``{"error": message}``: with ``status``, or as the last line of a stream that has begun."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class ConnectionDroppedError(Exception):
    """The server closes the socket in the middle of its answer, as a crashed server does."""


class ClientGoneError(Exception):
    """The client closed its connection, or the server is stopping; nobody reads the answer any more."""


def model_not_found(name: str) -> OllamaError:
    """The 404 of every endpoint that names a model; wording of ``server/routes.go`` in ollama."""
    return OllamaError(404, f"model '{name}' not found")


def server_busy() -> OllamaError:
    """The 503 past ``OLLAMA_MAX_QUEUE``; wording (with its two spaces) of ``ErrMaxQueue`` in ``server/sched.go``."""
    return OllamaError(503, "server busy, please try again.  maximum pending requests exceeded")


def out_of_memory(required: int, available: int) -> OllamaError:
    """The 500 of a model that does not fit, sizes in bytes; wording of ``llm/server.go`` up to 0.20.

    Later versions word it differently, always with ``memory``: a client should not match the whole line.
    """
    return OllamaError(
        500,
        f"model requires more system memory ({human_bytes(required)}) than is available ({human_bytes(available)})",
    )


def human_bytes(size: int) -> str:
    """``5.6 GiB``: bytes as Ollama writes them, in powers of 1024 with one decimal."""
    for unit, factor in (("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"
