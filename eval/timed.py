"""How long something took, so many times."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict


class Timed(BaseModel):
    """Milliseconds; 0 where there was nothing to time."""

    model_config = ConfigDict(frozen=True)

    times: int
    p50: float
    p95: float

    @classmethod
    def of(cls, took: Sequence[float]) -> Timed:
        """Of so many milliseconds each."""
        ordered = sorted(took)
        return cls(times=len(ordered), p50=_at(ordered, 0.5), p95=_at(ordered, 0.95))

    @classmethod
    def of_seconds(cls, took: Sequence[float]) -> Timed:
        """The same where they are seconds."""
        return cls.of([seconds * 1000 for seconds in took])


def _at(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(round(share * len(ordered)), len(ordered) - 1)], 2) if ordered else 0.0
