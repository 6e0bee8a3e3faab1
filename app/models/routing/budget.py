"""What may still be spent on the large model today: one count for all processes of a home."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.models.routing.policy import BudgetPolicy
from app.replacing import replace_text

if TYPE_CHECKING:
    from filelock import BaseFileLock

_FILE = "routing.json"
_LOCK_S = 5.0
_log = logging.getLogger(__name__)


class Spent(BaseModel):
    """One day's calls of the large model, and what they cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    calls: int = Field(default=0, ge=0)
    money: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """The permission to ask once; ``held`` of the day's money is taken until the call is paid for."""

    day: date
    held: float


class DayBudget:
    """Counts before a call, so that many at once never exceed what is allowed; safe between processes and threads.

    Where it cannot count, it grants nothing. A process that dies in the middle of a call has spent what was held.
    """

    def __init__(self, home: Path, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        self._path = home / _FILE
        self._today = today

    def spent(self) -> Spent:
        """What was spent today.

        :raises OSError, ValueError: the file cannot be read.
        """
        today = self._today()
        try:
            kept = Spent.model_validate_json(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Spent(day=today)
        except ValidationError as error:
            raise ValueError(f"{self._path} is damaged: remove it, and counting begins anew") from error
        return kept if kept.day == today else Spent(day=today)

    def grant(self, policy: BudgetPolicy, most: float | None) -> Grant | None:
        """Count one call; None where the day's budget is spent, or cannot be counted.

        :param most: that the call can cost; None where no price is known, so that a limit of money grants nothing.
        """
        if policy.money is not None and most is None:
            return None
        held = most or 0.0
        try:
            with self._locked():
                spent = self.spent()
                if policy.calls is not None and spent.calls >= policy.calls:
                    return None
                if policy.money is not None and spent.money + held > policy.money:
                    return None
                self._write(spent.model_copy(update={"calls": spent.calls + 1, "money": spent.money + held}))
                return Grant(spent.day, held)
        except (OSError, ValueError) as error:  # filelock's Timeout is an OSError
            _log.error("the large model is not asked, as its budget cannot be counted: %s", error)
            return None

    def pay(self, grant: Grant, cost: float) -> None:
        """Give back what was held beyond ``cost``; after midnight there is nothing to give back."""
        if cost == grant.held:
            return
        try:
            with self._locked():
                spent = self.spent()
                if spent.day == grant.day:
                    money = max(0.0, spent.money - grant.held + cost)
                    self._write(spent.model_copy(update={"money": money}))
        except (OSError, ValueError) as error:
            _log.error("what the large model has cost cannot be counted, so the most it can cost was: %s", error)

    def _locked(self) -> BaseFileLock:
        from filelock import FileLock

        self._path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_S, mode=0o600)

    def _write(self, spent: Spent) -> None:
        replace_text(self._path, json.dumps(spent.model_dump(mode="json")) + "\n")
