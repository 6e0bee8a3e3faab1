"""Split by time: a model is tried on what came after all that it learned from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from app.training.accepted import Accepted

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = get_args(Part)
_SHARES: Mapping[Part, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}


def split_by_time(accepted: Iterable[Accepted]) -> dict[Part, list[Accepted]]:
    """The oldest four fifths to train with, the next tenth and the newest tenth to try it on.

    What belongs to one conversation stays together, in the part of its last record; records of one instant, too.
    """
    groups: dict[str, list[Accepted]] = {}
    for each in accepted:
        groups.setdefault(each.conversation_id, []).append(each)
    ordered = sorted(groups.values(), key=lambda group: (max(each.at for each in group), group[0].conversation_id))
    total = sum(map(len, ordered))
    parts: dict[Part, list[Accepted]] = {part: [] for part in PARTS}
    done = 0
    for group in ordered:
        parts[_part_at(done / total)].extend(sorted(group, key=lambda each: each.at))
        done += len(group)
    return parts


def _part_at(share: float) -> Part:
    limit = 0.0
    for part in PARTS:
        limit += _SHARES[part]
        if share < limit - 1e-9:
            return part
    return PARTS[-1]


def days_of(accepted: Sequence[Accepted]) -> tuple[str, str] | None:
    """The first and the last day; None of nothing."""
    days = sorted(each.at.date().isoformat() for each in accepted)
    return (days[0], days[-1]) if days else None
