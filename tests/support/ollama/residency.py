"""Which models are in memory, with what context, and until when."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.support.ollama.catalogue import ModelSpec
from tests.support.ollama.errors import out_of_memory

_NEVER = datetime(2300, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Resident:
    """A loaded model; ``num_ctx`` in tokens."""

    name: str
    spec: ModelSpec
    num_ctx: int
    expires_at: datetime


class Residency:
    """Loads and unloads; ``memory`` in bytes is what one model may take, None for no limit."""

    def __init__(self, memory: int | None = None) -> None:
        self._memory = memory
        self._residents: dict[str, Resident] = {}
        self._lock = threading.Lock()
        self.loads: list[tuple[str, int]] = []  # every load in order: name and num_ctx

    def load(self, name: str, spec: ModelSpec, num_ctx: int, keep_alive_s: float) -> bool:
        """Bring the model into memory; true when it had to be loaded, as after another ``num_ctx``.

        :raises OllamaError: 500, it does not fit.
        """
        required = spec.memory_for(num_ctx)
        if self._memory is not None and required > self._memory:
            raise out_of_memory(required, self._memory)
        with self._lock:
            self._expire()
            before = self._residents.get(name)
            self._residents[name] = Resident(name, spec, num_ctx, _expiry(keep_alive_s))
            fresh = before is None or before.num_ctx != num_ctx
            if fresh:
                self.loads.append((name, num_ctx))
            return fresh

    def touch(self, name: str, keep_alive_s: float) -> None:
        """Start the time to live anew, at the end of a request; 0 unloads."""
        with self._lock:
            resident = self._residents.get(name)
            if resident is None:
                return
            if keep_alive_s == 0:
                del self._residents[name]
                return
            self._residents[name] = Resident(name, resident.spec, resident.num_ctx, _expiry(keep_alive_s))

    def residents(self) -> list[Resident]:
        """What is in memory now."""
        with self._lock:
            self._expire()
            return list(self._residents.values())

    def _expire(self) -> None:
        now = datetime.now(UTC)
        self._residents = {name: r for name, r in self._residents.items() if r.expires_at > now}


def _expiry(keep_alive_s: float) -> datetime:
    # A model that is to be unloaded after its request must survive that request.
    seconds = keep_alive_s or 3600.0
    now = datetime.now(UTC)
    if math.isinf(seconds) or seconds > (_NEVER - now).total_seconds():
        return _NEVER
    return now + timedelta(seconds=seconds)
