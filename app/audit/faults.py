"""What can have been done to the chain, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["altered", "removed", "inserted", "moved", "truncated", "unsigned", "detached", "head", "seal"]
LEAD: dict[What, str] = {
    "altered": "its content is not what was written",
    "removed": "it is missing",
    "inserted": "it was put between two others",
    "moved": "it stands at another place than it was written at",
    "truncated": "the end was cut off",
    "unsigned": "it was not written by polydesk: its hash fits, its signature does not",
    "detached": "it does not follow the one before",
    "head": "where the chain ends was changed",
    "seal": "a seal was changed, or the chain beneath it",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What was done to one record, or to several one after the other.

    :param number: of the first record; ``last`` of the last.
    :param day: of the first record, as 2026-11-21; empty where it is gone and no neighbour tells.
    """

    what: What
    number: int
    last: int
    day: str
    said: str

    def __str__(self) -> str:
        place = f"record {self.number}" if self.last == self.number else f"records {self.number} to {self.last}"
        return f"{place}{f' ({self.day})' if self.day else ''}: {self.said}"
