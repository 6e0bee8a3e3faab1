"""What one document may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one document, and on the worker process that parses it.

    :param seconds: wall time for one document.
    :param extension_seconds: how much of :func:`ingest.parsing.processes.deadline.extend` is granted in all for one
        document.
    :param memory_bytes: resident memory of the worker and the programs it runs, together.
    :param output_bytes: the parsed document as JSON.
    :param documents: a worker is replaced after so many.
    :param resident_bytes: a worker that still holds more than this after a document is replaced.
    """

    seconds: float = 60.0
    extension_seconds: float = 600.0
    memory_bytes: int = 1_500_000_000
    output_bytes: int = 200_000_000
    documents: int = 500
    resident_bytes: int = 900_000_000

    def __post_init__(self) -> None:
        for name in ("seconds", "memory_bytes", "output_bytes", "documents", "resident_bytes"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive")
