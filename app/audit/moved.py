"""Tells records that were altered from those that only stand at another place than they were written at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.audit.faults import LEAD, Fault
from app.audit.record import Record

_HELD_TOGETHER = 64  # records, each against each: more have hardly been exchanged by hand


@dataclass(frozen=True, slots=True)
class Moved:
    """What is wrong with records whose content does not have their hash.

    :param by: by how many numbers the last of them stands behind its place; negative before it.
    """

    faults: tuple[Fault, ...]
    by: int


def moved_records(broken: Sequence[Record], faulty: Collection[int]) -> Moved:
    """What was done to ``broken``, which are in the order of their numbers.

    :param faulty: numbers of other records with which something is wrong.
    """
    homes = _homes(broken)
    faults: list[Fault] = []
    shift = 0  # of all records from here on, once one was put in or taken out
    for record in broken:
        number, home = record.number, homes.get(record.number)
        if home is None:
            faults.append(Fault("altered", number, number, record.day, LEAD["altered"]))
        elif homes.get(home) == number or abs(number - home) > 1:
            said = f"{LEAD['moved']}: it was record {home}"
            faults.append(Fault("moved", number, number, record.day, said))
        elif number - home == shift:
            faults.append(Fault("moved", number, number, record.day, LEAD["moved"]))
        elif number - home < shift:
            shift = number - home
            faults.append(Fault("removed", number, number, record.day, f"{LEAD['removed']}; what follows moved up"))
        else:
            shift = number - home
            faults = _put_in(record, faults, faulty)
    return Moved(tuple(faults), shift)


def _put_in(record: Record, faults: list[Fault], faulty: Collection[int]) -> list[Fault]:
    """Something stands before ``record``, or it is itself a second copy of the one before it."""
    before = record.number - 1
    is_before = before in faulty or any(each.number == before for each in faults)
    at = before if is_before else record.number
    said = f"{LEAD['inserted']}; what follows moved down"
    return [*(each for each in faults if each.number != at), Fault("inserted", at, at, record.day, said)]


def _homes(broken: Sequence[Record]) -> dict[int, int]:
    """Of each record that has the hash of another number, that number."""
    homes: dict[int, int] = {}
    others = [each.number for each in broken] if len(broken) <= _HELD_TOGETHER else []
    for record in broken:
        near = (record.number - 1, record.number + 1)
        for number in dict.fromkeys((*near, *others)):
            if number > 0 and number != record.number and record.content_hash(number) == record.hash:
                homes[record.number] = number
                break
    return homes
