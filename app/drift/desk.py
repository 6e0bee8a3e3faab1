"""The report as a page reads it: the one in the home, and a new one in a thread of its own when that is old."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from app.drift.asked import state_of_answers
from app.drift.making import DriftMaker
from app.drift.report import DriftReport
from app.drift.weeks import Week
from app.errors import AppError
from app.golden import GoldenQuestion, read_golden, sample_golden
from app.replacing import replace_text
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import IngestError

_LEAST_AGE = timedelta(minutes=10)  # of a report before a new one is made, whatever is asked meanwhile
_log = logging.getLogger(__name__)


class KeptReport(BaseModel):
    """A report with what it was made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_from: str
    report: DriftReport


@dataclass(frozen=True, slots=True)
class DriftState:
    """What there is to show now.

    :param state: ``making`` while a new report is made; ``failed`` with the reason where none could be.
    """

    state: Literal["ready", "making", "failed"]
    report: DriftReport | None = None
    error: str = ""


@dataclass(eq=False)
class DriftDesk:
    """Safe to share between threads.

    :param embedder: opened when the first report is made.
    :param golden: the company's golden questions; those on the sample when None.
    """

    maker: DriftMaker
    embedder: Callable[[], CentredEmbedder]
    golden: Path | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _failed: tuple[str, str] = ("", "")  # what a report could not be made from, and why

    def state(self, now: datetime | None = None) -> DriftState:
        """What is kept; where that is old, a new one is begun, and nobody waits for it."""
        moment = now or datetime.now(UTC)
        kept = self.kept()
        made_from = self._made_from(moment)
        with self._lock:
            is_making = self._thread is not None and self._thread.is_alive()
            is_old = kept is None or kept.made_from != made_from
            is_young = kept is not None and moment - kept.report.made_at < _LEAST_AGE
            if is_old and not is_young and not is_making and self._failed[0] != made_from:
                self._thread = threading.Thread(target=self._make, args=(made_from,), name="drift", daemon=True)
                self._thread.start()
                is_making = True
        report = kept.report if kept else None
        if is_making:
            return DriftState("making", report)
        if self._failed[0] == made_from:
            return DriftState("failed", report, self._failed[1])
        return DriftState("ready", report)

    def kept(self) -> KeptReport | None:
        """The report in the home; None where there is none that this version can read."""
        try:
            return KeptReport.model_validate_json(self._file.read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            return None

    def keep(self, report: DriftReport, made_from: str | None = None) -> None:
        """Show this report until another one is made.

        :param made_from: of what it was made; what is there now when None.
        """
        kept = KeptReport(made_from=made_from or self._made_from(report.made_at), report=report)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        replace_text(self._file, kept.model_dump_json(indent=1))

    def questions(self) -> list[GoldenQuestion]:
        """The golden questions.

        :raises AppUserError: they cannot be read.
        """
        return read_golden(self.golden or sample_golden())

    def wait(self, timeout: float | None = None) -> None:
        """Block until no report is being made, or ``timeout`` seconds passed."""
        if thread := self._thread:
            thread.join(timeout)

    @property
    def _file(self) -> Path:
        return self.maker.folder / "report.json"

    def _made_from(self, moment: datetime) -> str:
        path = self.golden or sample_golden()
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        ages = [f"{file.name} {file.stat().st_mtime_ns}" for file in files if file.is_file()]
        parts = (
            str(Week.of(moment)),
            str(state_of_answers(self.maker.sessions)),
            self.maker.policy.model_dump_json(),
            *ages,
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def _make(self, made_from: str) -> None:
        try:
            report = self.maker.make(self.embedder(), self.questions(), datetime.now(UTC))
            self.keep(report, made_from)
            self._failed = ("", "")
        except (AppError, IngestError, OSError) as error:
            _log.error("the drift cannot be looked at: %s", error)
            self._failed = made_from, " ".join(str(error).split())
        except Exception as error:  # whatever breaks, the page gets one line and the operator the trace
            _log.exception("the drift cannot be looked at")
            self._failed = made_from, f"{type(error).__name__}; see the server's log"
