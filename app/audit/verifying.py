"""Holds the chain against itself, its end, its seals and those outside: what was done to it, and where."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from app.audit.faults import LEAD, Fault, What
from app.audit.keys import AuditKey
from app.audit.moved import moved_records
from app.audit.record import GENESIS, Head, Record, Seal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification looked at and found; the faults in the order of their places."""

    records: int
    seals: int
    seals_outside: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults


class _Walk:
    """One way along the chain.

    :param wanted: numbers of the records whose hashes are asked for at the end.
    """

    def __init__(self, key: AuditKey, wanted: Collection[int]) -> None:
        self._key = key
        self._wanted = wanted
        self.faults: list[Fault] = []
        self.broken: list[Record] = []  # whose content does not have their hash
        self.hashes: dict[int, str] = {}
        self.count = 0
        self.last = 0  # number of the last record that was seen
        self.last_hash = GENESIS
        self.last_day = ""
        self._was_whole = True

    def step(self, record: Record) -> None:
        self.count += 1
        follows = record.number == self.last + 1
        if not follows:
            self.faults.append(_fault("removed", self.last + 1, record.number - 1, record.day))
        is_whole = False
        if record.content_hash() != record.hash:
            self.broken.append(record)
        elif not record.is_signed(self._key):
            self._add("unsigned", record)
        else:
            is_whole = True
            if record.previous != self.last_hash and follows and self._was_whole:  # else the one before says enough
                self._add("detached", record)
        self._was_whole = is_whole
        if record.number in self._wanted:
            self.hashes[record.number] = record.hash
        self.last, self.last_hash, self.last_day = record.number, record.hash, record.day

    def _add(self, what: What, record: Record) -> None:
        self.faults.append(_fault(what, record.number, record.number, record.day))


def verify(
    records: Iterable[Record],
    head: Head | None,
    seals: Sequence[Seal],
    outside: Sequence[Seal],
    key: AuditKey,
    progress: Callable[[int], None] = lambda _done: None,
) -> Verdict:
    """Look at every record.

    :param records: in the order of their numbers.
    :param outside: the seals in the file outside of the home.
    :param progress: called with the number of records looked at, now and then.
    """
    walk = _Walk(key, {seal.count for seal in (*seals, *outside)})
    for record in records:
        walk.step(record)
        if walk.count % 1_000 == 0:
            progress(walk.count)
    moved = moved_records(walk.broken, {each.number for each in walk.faults})
    faults = [*walk.faults, *moved.faults]
    faults += _end(walk, head, key, bool(faults), moved.by)
    for place, some in (("", seals), (" outside of the home", outside)):
        faults += _seals(walk, some, place, key, bool(faults))
    faults += _missing_seals(seals, outside)
    return Verdict(walk.count, len(seals), len(outside), tuple(_joined(faults)))


def _end(walk: _Walk, head: Head | None, key: AuditKey, is_known: bool, moved_by: int) -> list[Fault]:
    """What is wrong with the end.

    :param is_known: that something is wrong before it.
    :param moved_by: by how many numbers the last record stands behind its place.
    """
    day, end = walk.last_day, walk.last + 1
    if head is None:
        return [Fault("head", end, end, day, "where the chain ends is not known any more: its row is gone")]
    if not head.is_signed(key):
        return [Fault("head", end, end, day, f"{LEAD['head']}: its signature does not fit")]
    if walk.last - moved_by == head.count:
        return [] if walk.last_hash == head.hash or is_known else [_other_end(head, day)]
    if walk.last < head.count:
        said = f"{LEAD['truncated']}: there were {head.count} records"
        return [Fault("truncated", end, head.count, head.day, said)]
    return [Fault("inserted", head.count + 1, walk.last, day, "it was put behind the end")]


def _other_end(head: Head, day: str) -> Fault:
    return Fault("altered", head.count, head.count, day, "it is not the record that the chain ended with")


def _seals(walk: _Walk, seals: Sequence[Seal], place: str, key: AuditKey, is_known: bool) -> list[Fault]:
    found: list[Fault] = []
    for seal in seals:
        if not seal.is_signed(key):
            said = f"the seal{place} at this record is not as it was written"
            found.append(Fault("seal", seal.count, seal.count, seal.day, said))
        elif seal.count > walk.last:
            said = f"{LEAD['truncated']}: a seal{place} says that there were {seal.count} records on {seal.day}"
            found.append(Fault("truncated", walk.last + 1, seal.count, seal.day, said))
        elif seal.count in walk.hashes and walk.hashes[seal.count] != seal.hash and not is_known:
            said = f"the seal{place} of {seal.day} is of another chain: what is before it was written anew"
            found.append(Fault("seal", seal.count, seal.count, seal.day, said))
    return found


def _missing_seals(seals: Sequence[Seal], outside: Sequence[Seal]) -> list[Fault]:
    """What is sealed outside was sealed inside first."""
    known = {seal.count for seal in seals}
    return [
        Fault("seal", seal.count, seal.count, seal.day, "its seal in the database was removed")
        for seal in outside
        if seal.count not in known
    ]


def _fault(what: What, number: int, last: int, day: str) -> Fault:
    return Fault(what, number, last, day, LEAD[what])


def _joined(faults: Iterable[Fault]) -> list[Fault]:
    """In the order of their places; those of one kind that follow each other are one."""
    found: list[Fault] = []
    for fault in sorted(dict.fromkeys(faults), key=lambda each: each.number):
        last = found[-1] if found else None
        if last is not None and (last.what, last.said) == (fault.what, fault.said) and last.last == fault.number - 1:
            found[-1] = replace(last, last=fault.last)
        else:
            found.append(fault)
    return found
