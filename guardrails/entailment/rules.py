"""What a sentence turns round of its evidence, each finding with a code and a reason.

A finding is a feature of the calibrated score, not yet a refusal. Each looks at what *both* sides say, clause by
clause: a word alone proves little, since the same rule can be worded with a negation and without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from guardrails.entailment.duty import opposed
from guardrails.entailment.names import missing_names
from guardrails.entailment.said import Said
from guardrails.folding import primary_language
from guardrails.quantities import is_sum, unmatched
from guardrails.tokens import coverage

_COMPARED = ("change", "price", "speed")  # contrasts of which one side of a comparison has more
_TURNED = ("bound", "order", *_COMPARED)
_PRICED = ("cost", "payer")
FEATURES = (
    "negation_added",
    "negation_dropped",
    "polarity_differs",
    "obligation_added",
    "obligation_dropped",
    "certainty_added",
    "exception_dropped",
    "restriction_dropped",
    "restriction_added",
    "universal_added",
    "comparison_turned",
    "comparison_unsaid",
    "limits_left_out",
    "price_swapped",
    "party_swapped",
    "other_swapped",
    "territory_swapped",
    "territory_new",
    "name_new",
    "quantity_apart",
    "quantity_of_other",
    "value_of_other",
    "values_crossed",
    "denial_of_other",
    "denials_crossed",
    "said_of_other",
    "topics_crossed",
    "comparison_contradicted",
    "duty_turned",
    "value_nowhere",
)
_SAME_WORDS = 0.75  # share of each side's content words that the other has
_ALL_WORDS = 0.9
_SURE = 0.5  # weight of a finding that may decide alone
# What the same rule may be worded with and without decides alone only where every word is the same.
_WORDINGS = frozenset({"polarity_differs", "negation_added", "restriction_added", "certainty_added"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which a sentence departs from its evidence."""

    feature: str  # of FEATURES
    code: str  # stable: denied, modality, exception-dropped, overgeneralised, comparison-turned, swapped, …
    reason: str
    sure: bool = False  # both sides have the same words but for what turns the meaning
    weight: float = 1.0  # 0..1, less where evidence nearly as near does not bear it out


class Pair(NamedTuple):
    """A clause of a sentence with what the evidence says of it."""

    claim: Said
    near: Sequence[tuple[Said, float]]  # clauses of the evidence, the nearest (1) first, down to those just near (0)


def findings(pairs: Sequence[Pair], passages: Sequence[Said]) -> list[Finding]:
    """What a sentence turns round, each kind once, where it is clearest.

    :param pairs: its clauses.
    :param passages: all that the passages say, titles and headings included.
    """
    found: dict[str, Finding] = {}
    for pair in pairs:
        for finding in _of_pair(pair, passages):
            known = found.get(finding.feature)
            if known is None or finding.weight > known.weight:
                found[finding.feature] = finding
    return list(found.values())


def _of_pair(pair: Pair, passages: Sequence[Said]) -> Iterator[Finding]:
    """What the clause turns round of the nearest evidence and of none that is as near.

    Which clause of the evidence a clause rests on is a guess: what another one says as well is not turned round.
    """
    by_evidence = [
        {finding.feature: finding for rule in _RULES for finding in rule(pair.claim, evidence, passages)}
        for evidence, _ in pair.near
    ]
    alike = _same_words(pair.claim, pair.near[0][0])
    for feature, finding in by_evidence[0].items():
        others = zip(by_evidence[1:], pair.near[1:], strict=True)
        weight = 1.0 - max((nearness for found, (_, nearness) in others if feature not in found), default=0.0)
        if weight > 0:
            least = _ALL_WORDS if feature in _WORDINGS else _SAME_WORDS
            yield replace(finding, weight=weight, sure=alike >= least and weight >= _SURE)


def _same_words(claim: Said, evidence: Said) -> float:
    """Share of each side's content words that the other has, the lower of the two; 0 across languages."""
    if primary_language(claim.language) != primary_language(evidence.language):
        return 0.0
    there = coverage(claim.text, evidence.text, claim.language)
    return min(there, coverage(evidence.text, claim.text, claim.language))


def _polarity(claim: Said, evidence: Said, passages: Sequence[Said]) -> Iterator[Finding]:
    here, there = claim.says("neg", "deny"), evidence.says("neg", "deny")
    if here == there or (claim.price and claim.price == evidence.price):
        return
    if claim.duty == "unneeded" and not opposed(claim.duty, evidence.duty) and evidence.says("may", "should"):
        return  # what is recommended or allowed is not needed
    if here:
        reason = f"the sentence denies what the evidence says: {evidence.quoted}"
    else:
        reason = f"the evidence denies this: {evidence.quoted}"
    yield Finding("polarity_differs", "denied", reason)
    if here and not evidence.says("soft", "except"):
        yield Finding("negation_added", "denied", reason)
    if there and not claim.says("soft", "except"):
        yield Finding("negation_dropped", "denied", reason)


def _modality(claim: Said, evidence: Said, passages: Sequence[Said]) -> Iterator[Finding]:
    if opposed(claim.duty, evidence.duty):
        code = "denied" if "barred" in (claim.duty, evidence.duty) else "modality"
        yield Finding("duty_turned", code, f"the evidence says the opposite of this: {evidence.quoted}")
    duty, told = claim.says("must"), evidence.says("must")
    if duty and not claim.says("neg") and not told and evidence.says("may", "should", "hedge"):
        reason = f"“{claim.words('must')}” is more than the evidence says: {evidence.quoted}"
        yield Finding("obligation_added", "modality", reason)
    if told and not evidence.says("neg") and not duty and claim.says("may", "should"):
        reason = f"“{evidence.words('must')}” stands in the evidence: {evidence.quoted}"
        yield Finding("obligation_dropped", "modality", reason)
    if evidence.says("hedge") and not claim.says("hedge", "may", "should"):
        reason = f"the evidence says this less surely (“{evidence.words('hedge')}”): {evidence.quoted}"
        yield Finding("certainty_added", "modality", reason)


def _limits(claim: Said, evidence: Said, passages: Sequence[Said]) -> Iterator[Finding]:
    free = not claim.says("except", "cond", "only", "neg", "deny")
    if free and evidence.says("except"):
        reason = f"the evidence makes an exception (“{evidence.words('except')}”): {evidence.quoted}"
        yield Finding("exception_dropped", "exception-dropped", reason)
    if free and evidence.says("only"):
        reason = f"the evidence limits this (“{evidence.words('only')}”): {evidence.quoted}"
        yield Finding("restriction_dropped", "exception-dropped", reason)
    if claim.says("only") and not evidence.says("only", "neg", "deny", "except"):
        reason = f"“{claim.words('only')}” is more than the evidence says: {evidence.quoted}"
        yield Finding("restriction_added", "overgeneralised", reason)
    if claim.says("all") and not evidence.says("all"):
        reason = f"“{claim.words('all')}” is more than the evidence says: {evidence.quoted}"
        yield Finding("universal_added", "overgeneralised", reason)


def _contrasts(claim: Said, evidence: Said, passages: Sequence[Said]) -> Iterator[Finding]:
    for name in sorted(claim.contrasts & evidence.contrasts):
        if name == "cost" and claim.price == evidence.price:
            continue
        if claim.values(name).isdisjoint(evidence.values(name)):
            group = "comparison" if name in _TURNED else "price" if name in _PRICED else name
            feature = f"{group}_turned" if group == "comparison" else f"{group}_swapped"
            code = "comparison-turned" if group == "comparison" else "swapped"
            reason = f"“{claim.words(name)}” is not what the evidence says: {evidence.quoted}"
            yield Finding(feature if feature in FEATURES else "other_swapped", code, reason)


def _entities(claim: Said, evidence: Said, passages: Sequence[Said]) -> Iterator[Finding]:
    missing = claim.territories.difference(*(each.territories for each in passages))
    if claim.territories and evidence.territories and claim.territories.isdisjoint(evidence.territories):
        here, there = (", ".join(sorted(each.territories)) for each in (claim, evidence))
        yield Finding("territory_swapped", "swapped", f"the evidence speaks of {there}, not of {here}")
    elif missing:
        reason = f"the evidence does not speak of {', '.join(sorted(missing))}"
        yield Finding("territory_new", "entity-not-in-evidence", reason)
    absent = [set(missing_names(claim.text, claim.language, each.text, each.language)) for each in passages]
    counted = [claim.text[each.start : each.end] for each in claim.quantities]  # "EUR 45" names no firm
    unknown = {name for name in (set.intersection(*absent) if absent else ()) if not any(name in of for of in counted)}
    if unknown:
        reason = f"“{min(unknown)}” is not in the evidence"
        yield Finding("name_new", "entity-not-in-evidence", reason)


def _quantities(claim: Said, evidence: Said, passages: Sequence[Said]) -> Iterator[Finding]:
    """An amount that the passage has beside something else, where it says another amount of this."""
    wanted, held = claim.quantities, evidence.quantities
    all_held = [each for passage in passages for each in passage.quantities]
    missing = [each for each in unmatched(wanted, held) if not is_sum(each, all_held)]
    others = unmatched(held, wanted)
    for quantity in missing:
        other = next((each for each in others if (each.kind, each.unit) == (quantity.kind, quantity.unit)), None)
        alike = [each for each in (*wanted, *held) if (each.kind, each.unit) == (quantity.kind, quantity.unit)]
        if other is not None and other.kind != "number" and len(alike) == 2:  # one on each side: none is compared
            said = claim.text[quantity.start : quantity.end].strip()
            reason = f"{said} is not what the evidence says here: {evidence.quoted}"
            yield Finding("quantity_apart", "quantity-not-in-evidence", reason)


_RULES: tuple[Callable[[Said, Said, Sequence[Said]], Iterator[Finding]], ...] = (
    _polarity,
    _modality,
    _limits,
    _contrasts,
    _entities,
    _quantities,
)
