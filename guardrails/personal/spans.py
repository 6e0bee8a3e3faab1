"""A piece of personal data in a text, and which of several that overlap is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

PERSON = "PERSON"
ADDRESS = "ADDRESS"
EMAIL = "EMAIL"
PHONE = "PHONE"
CARD = "CARD"
IBAN = "IBAN"
NATIONAL_ID = "NATIONAL_ID"
BIRTH_DATE = "BIRTH_DATE"
IP = "IP"
NUMBER = "NUMBER"  # of an order, a customer, a contract: by the company's own patterns
TYPES = (PERSON, ADDRESS, EMAIL, PHONE, CARD, IBAN, NATIONAL_ID, BIRTH_DATE, IP, NUMBER)

_IN_PARTS = (PERSON, ADDRESS)
# Which type names the same characters best, where two are as sure and as long.
_RANK = {
    name: rank
    for rank, name in enumerate(
        (EMAIL, IBAN, CARD, IP, NATIONAL_ID, NUMBER, BIRTH_DATE, PHONE, ADDRESS, PERSON),
    )
}


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """Characters ``start`` to ``end`` of a text are personal data of a type."""

    start: int
    end: int
    type: str  # one of ``TYPES``
    score: float  # 0..1, how surely

    @property
    def length(self) -> int:
        return self.end - self.start


def without_overlaps(spans: Iterable[PersonalSpan]) -> list[PersonalSpan]:
    """The surest spans that share no character, in the order of the text; of equals the longer one.

    Two that overlap and are of one type are one: each may have seen a part of a name or an address.
    """
    kept: list[PersonalSpan] = []
    for span in sorted(_united(spans), key=_order):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda each: each.start)


def _united(spans: Iterable[PersonalSpan]) -> list[PersonalSpan]:
    united: list[PersonalSpan] = []
    for span in sorted(spans, key=lambda each: (each.type, each.start)):
        last = united[-1] if united else None
        if last and last.type == span.type and last.type in _IN_PARTS and span.start < last.end:
            united[-1] = replace(last, end=max(last.end, span.end), score=max(last.score, span.score))
        else:
            united.append(span)
    return united


def _order(span: PersonalSpan) -> tuple[float, int, int, int]:
    return -span.score, -span.length, _RANK.get(span.type, 0), span.start
