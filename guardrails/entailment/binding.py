"""Whether what a sentence says of one thing is said in the evidence of another.

A clause that says a value ("30 €", "free", a denial) is held against the clauses of the evidence that say the same and
those that say another value of the kind. The tokens of the value itself are left out: what remains should be nearer to
the former. How near depends on languages and wording more than on truth; where two clauses of the sentence say two
values, that falls out of the difference of differences (eval/NOTES.md has what it is worth).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from guardrails.entailment.labels import Topics, labels
from guardrails.entailment.parts import Clause, Place, token_mean
from guardrails.entailment.rules import Finding
from guardrails.entailment.said import Said
from guardrails.quantities import Quantity, unmatched

_FULL = 0.12  # of cosine, from which a difference counts whole
_CLEAR = 0.3  # share of that, from which there is a finding
_NEAR = 0.03  # of cosine, by which a clause may be less near than the nearest one
_DENIAL = "denial"
_NOT_VALUES = frozenset({"cost", "bound"})  # the price is told otherwise, and a bound has its figure
_TOPIC = "topic"
_CROSSED = {_DENIAL: "denials_crossed", _TOPIC: "topics_crossed"}
_GROUPS = {_DENIAL: ("neg", "deny"), "duty": ("neg", "must", "may"), "price": ("cost",)}  # of cues, by kind of value
_APART = {_DENIAL: "denial_of_other", _TOPIC: "said_of_other"}


@dataclass(frozen=True, slots=True)
class _Value:
    """What a clause says of a kind of thing."""

    name: str = ""
    quantities: tuple[Quantity, ...] = ()
    names: frozenset[str] = frozenset()

    def same(self, other: _Value) -> bool:
        if self.quantities:
            return not unmatched(self.quantities, other.quantities)
        if self.names:
            return not self.names.isdisjoint(other.names)
        return self.name == other.name


class Bound(NamedTuple):
    """What speaks for a sentence, by feature (0 to 1), and what speaks against it."""

    features: dict[str, float]
    findings: list[Finding]


def bound(claim: Sequence[Clause], evidence: Sequence[Said], about: Topics | None = None) -> Bound:
    """How the values of a sentence's clauses are bound in the evidence.

    :param evidence: its clauses, those of the claim's columns.
    :param about: the names that the clauses of both are about.
    """
    about = about or Topics([frozenset()] * len(claim), [frozenset()] * len(evidence))
    said = [_values(clause, names) for clause, names in zip(evidence, about.evidence, strict=True)]
    own = [_values(clause.said, names) for clause, names in zip(claim, about.claim, strict=True)]
    features: dict[str, float] = {}
    found: dict[str, Finding] = {}
    told = [(1, *each) for each in _alone(claim, own, said)] + [(2, *each) for each in _pairs(claim, own, said)]
    for taking_part, feature, difference, at in told:
        weight = min(abs(difference) / _FULL, 1.0)
        if difference > 0 and feature in _FOR:  # what is true of a part does not speak for the rest
            part = weight * min(1.0, taking_part / len(claim))
            features[_FOR[feature]] = max(features.get(_FOR[feature], 0.0), part)
        elif difference < 0 and weight >= _CLEAR:
            known = found.get(feature)
            if known is None or known.weight < weight:
                reason = f"the evidence says this of something else: {evidence[at].quoted}"
                found[feature] = Finding(feature, "swapped", reason, weight=weight)
    return Bound(features, list(found.values()))


_FOR = {
    "denials_crossed": "denials_bound",
    "values_crossed": "values_bound",
    "topics_crossed": "topics_bound",
    "denial_of_other": "denial_of_this",
    "said_of_other": "said_of_this",
    "quantity_of_other": "quantity_of_this",
}


def _alone(
    claim: Sequence[Clause], own: Sequence[Mapping[str, _Value]], said: Sequence[Mapping[str, _Value]]
) -> Iterator[tuple[str, float, int]]:
    """Feature, how much nearer a clause is to what says the same than to what says another value, and the latter."""
    for clause, values in zip(claim, own, strict=True):
        for kind, value in values.items():
            same = [at for at, of in enumerate(said) if kind in of and value.same(of[kind])]
            others = [at for at, of in enumerate(said) if kind in of and not value.same(of[kind])]
            near = token_mean(clause, without=_places(clause.said, kind)) if others else None
            if near is None:
                continue
            nearest = max(others, key=near.__getitem__)
            if same:
                feature = _APART.get(kind, "quantity_of_other" if value.quantities else "value_of_other")
                yield feature, float(near[same].max() - near[nearest]), nearest
            elif value.name and kind != _DENIAL and near[nearest] > near.max() - _NEAR:
                yield "value_nowhere", -_FULL, nearest  # a figure that is nowhere is found missing as it is


def _pairs(
    claim: Sequence[Clause], own: Sequence[Mapping[str, _Value]], said: Sequence[Mapping[str, _Value]]
) -> Iterator[tuple[str, float, int]]:
    """The same of two clauses with two values: how much nearer they are this way round than crossed."""
    for one, two in combinations(range(len(claim)), 2):
        for kind in own[one].keys() & own[two].keys():
            first, second = own[one][kind], own[two][kind]
            if first.same(second):
                continue
            like_first = [at for at, of in enumerate(said) if kind in of and _only(of[kind], first, second)]
            like_second = [at for at, of in enumerate(said) if kind in of and _only(of[kind], second, first)]
            if not like_first or not like_second:
                continue
            near_one = token_mean(claim[one], without=_places(claim[one].said, kind))
            near_two = token_mean(claim[two], without=_places(claim[two].said, kind))
            if near_one is None or near_two is None:
                continue
            straight = near_one[like_first].max() + near_two[like_second].max()
            crossed = near_one[like_second].max() + near_two[like_first].max()
            at = max(like_second, key=near_one.__getitem__)
            yield _CROSSED.get(kind, "values_crossed"), float(straight - crossed), at


def _only(value: _Value, wanted: _Value, other: _Value) -> bool:
    return wanted.same(value) and not other.same(value)


def _values(said: Said, names: frozenset[str]) -> dict[str, _Value]:
    """What a clause says, by kind: figures, the price, a contrast of which it names one side, whether it denies.

    :param names: that it is about.
    """
    values = {_DENIAL: _Value("yes" if said.says("neg", "deny") else "no")}
    if names:
        values[_TOPIC] = _Value(names=names)
    for quantity in said.quantities:
        kind = _kind(quantity)
        values[kind] = _Value(quantities=(*values.get(kind, _Value()).quantities, quantity))
    if said.duty:
        values["duty"] = _Value(said.duty)
    if said.price:
        values["price"] = _Value(said.price)
    for name in said.contrasts - _NOT_VALUES:
        named = said.values(name)
        if len(named) == 1:
            values[f"{name}:"] = _Value(next(iter(named)))
    return values


def _kind(quantity: Quantity) -> str:
    return "duration" if quantity.kind == "duration" else f"{quantity.kind} {quantity.unit or ''}"


def _places(said: Said, kind: str) -> list[Place]:
    """Where a clause says the value."""
    if kind == _TOPIC:
        return [(label.start, label.end) for label in labels(said)]
    groups = _GROUPS.get(kind, (kind.rstrip(":"),))
    figures = [(each.start, each.end) for each in said.quantities]
    named = [(cue.start, cue.end) for cue in said.cues if cue.group in groups]
    return named or figures
