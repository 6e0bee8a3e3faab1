"""All that is known of quality in a home, for the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.drift.desk import DriftDesk
from app.quality.comparisons import KeptComparison, last_comparison
from app.quality.runs import KeptRuns


@dataclass(frozen=True)
class QualityShelf:
    """Runs, the last comparison of models, and the drift; safe to share between threads."""

    home: Path
    evaluations: KeptRuns
    drift: DriftDesk

    def latest(self) -> KeptComparison | None:
        """The last comparison of models."""
        return last_comparison(self.home)
