"""Which ticket repeats which, by their vectors, their customers and the time between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from app.desk.duplicates.policy import DuplicatesPolicy
from ingest.lexical.folding import compose
from ingest.lexical.identifiers import identifiers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Reason = Literal["same-customer", "same-text"]
_SECONDS = 86_400.0  # of a day
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that may repeat another, or be repeated."""

    id: str
    customer_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """What a ticket repeats.

    :param original: the id of the first ticket of its kind.
    :param likeness: how probable it is that this one says the same, 0 to 1.
    """

    original: str
    likeness: float
    reason: Reason


def find_duplicates(
    candidates: Sequence[Candidate],
    vectors: NDArray[np.float32],
    policy: DuplicatesPolicy,
    text: Callable[[str], str],
) -> dict[str, Duplicate]:
    """By id, the tickets that repeat an earlier one.

    :param vectors: centred, of length 1, shape ``(candidates, dimension)``.
    :param text: what the customer of a ticket first wrote; asked for the few that are alike.
    """
    order = sorted(range(len(candidates)), key=lambda place: (candidates[place].received_at, candidates[place].id))
    sorted_candidates = [candidates[place] for place in order]
    sorted_vectors = vectors[order]
    longest = max(policy.same_customer.days, policy.anybody.days) * _SECONDS
    found: dict[str, Duplicate] = {}
    start = 0
    for place, ticket in enumerate(sorted_candidates):
        while (ticket.received_at - sorted_candidates[start].received_at).total_seconds() > longest:
            start += 1
        if start == place:
            continue
        likenesses = sorted_vectors[start:place] @ sorted_vectors[place]
        best: Duplicate | None = None
        for earlier, likeness in zip(sorted_candidates[start:place], likenesses.tolist(), strict=True):
            one = _judged(ticket, earlier, likeness, policy)
            if one.likeness < max(policy.least, best.likeness if best else 0.0):
                continue
            if not _name_different_things(text(ticket.id), text(earlier.id)):
                best = one
        if best:
            first = found.get(best.original)
            found[ticket.id] = Duplicate(first.original, best.likeness, best.reason) if first else best
    return found


def _judged(ticket: Candidate, earlier: Candidate, likeness: float, policy: DuplicatesPolicy) -> Duplicate:
    days = (ticket.received_at - earlier.received_at).total_seconds() / _SECONDS
    of_anybody = Duplicate(earlier.id, policy.anybody.probability(likeness, days), "same-text")
    if ticket.customer_id != earlier.customer_id:
        return of_anybody
    same = Duplicate(earlier.id, policy.same_customer.probability(likeness, days), "same-customer")
    return max(same, of_anybody, key=lambda each: each.likeness)


def _name_different_things(text: str, other: str) -> bool:
    """Both name codes of one shape, such as orders, and none that is the same; an order and a telephone number may."""
    one, two = (frozenset(identifiers(compose(each))) for each in (text, other))
    return one.isdisjoint(two) and not _shapes(one).isdisjoint(_shapes(two))


def _shapes(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(_LETTER.sub("a", _DIGIT.sub("9", code)) for code in codes)
