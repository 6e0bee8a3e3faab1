"""How strongly passages support one sentence: likeness of vectors and tokens, covered words, and what rules find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from guardrails.entailment import (
    Clause,
    Finding,
    GateModel,
    Pair,
    Said,
    bound,
    clauses,
    compared,
    findings,
    held_against,
    said,
    topics,
    whole_findings,
)
from guardrails.errors import GuardError
from guardrails.folding import primary_language
from guardrails.quantities import (
    Quantity,
    elliptic_durations,
    find_currencies,
    find_quantities,
    is_sum,
    unmatched,
)
from guardrails.tokens import coverage

Vectors = NDArray[np.floating[Any]]

_LEAST_TOKENS = 3  # of a clause that is held against another one
_CANDIDATES = 4  # clauses of the evidence that a clause is held against
_NEAR = 0.03  # of cosine, by which they may be less near than the nearest one
_SURELY_NOT = 0.1  # the score is at most this where the evidence says the same with its meaning turned
_GAPS = 2  # tokens of a clause
_LOWEST = 0.1  # share of a sentence's tokens that the passages know least


class PassageLike(Protocol):
    """What the gate reads of a passage."""

    @property
    def number(self) -> int:
        """The number it is cited by, from 1."""

    @property
    def text(self) -> str:
        """All its words, title and headings included."""

    @property
    def language(self) -> str:
        """ISO 639-1 code."""

    @property
    def units(self) -> Sequence[str]:
        """Its sentences and table rows."""

    @property
    def unit_vectors(self) -> Vectors:
        """Shape (units, dimensions), less the mean of the language, of length 1."""


@runtime_checkable
class TokenAligned(Protocol):
    """A passage that can hold a sentence's tokens against its own; one that cannot is judged by its vectors alone."""

    def clause_cosines(
        self, clauses: Sequence[str], language: str, units: Sequence[Sequence[str]]
    ) -> Sequence[Vectors] | None:
        """How near each token of a sentence is to the tokens of the passage, by clauses.

        :param clauses: of the sentence, in order; together they are all of it.
        :param units: the clauses of each of the passage's units, likewise.
        :returns: for each of ``clauses`` the cosine of each of its tokens with the nearest token of title and headings,
            and of each of the passage's clauses: shape (tokens, 1 + clauses of the passage), about -1 to 1; None where
            the passage's tokens are not known.
        """

    def token_ends(self, sentence: str, language: str) -> NDArray[np.integer[Any]]:
        """Where each of these tokens ends in the sentence, in characters, ascending, shape (tokens,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A sentence of the answer without its markers."""

    text: str
    language: str
    vector: Vectors  # shape (dimensions,), of length 1
    quantities: tuple[Quantity, ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """Its clauses; together they are the text."""
        return clauses(self.text, self.language)


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """One claim held against one passage."""

    passage: PassageLike
    similarity: float  # cosine with the nearest unit or pair of neighbouring units
    cosines: Vectors  # with each unit, shape (units,)
    clauses: tuple[str, ...]  # of the passage's units
    sizes: tuple[int, ...]  # how many of the clauses each unit has, at least one
    tokens: Sequence[Vectors] | None  # as TokenAligned gives them
    ends: NDArray[np.integer[Any]] | None = None  # of the claim's tokens, in characters


@dataclass(frozen=True, slots=True)
class Support:
    """What passages say to a claim."""

    similarity: float  # cosine with the nearest unit or pair of neighbouring units
    likeness: float  # 0..1, the score as if no rule had found anything
    score: float  # 0..1
    findings: tuple[Finding, ...]


def likeness_to(passage: PassageLike, claim: Claim) -> Likeness:
    """How alike ``claim`` and ``passage`` are.

    :raises GuardError: when the passage's vectors are not finite or do not fit its units.
    """
    cosines, similarity = _cosines(claim.vector, passage)
    units = [clauses(unit, passage.language) for unit in passage.units]
    flat, sizes = tuple(clause for unit in units for clause in unit), tuple(map(len, units))
    aligned = passage if isinstance(passage, TokenAligned) and flat else None
    tokens = aligned.clause_cosines(claim.clauses, claim.language, units) if aligned else None
    if aligned is None or tokens is None:
        return Likeness(passage, similarity, cosines, flat, sizes, None)
    shapes = {rows.shape[1:] for rows in tokens}
    if len(tokens) != len(claim.clauses) or shapes != {(1 + len(flat),)}:
        raise GuardError(f"passage [{passage.number}] has no usable token cosines")
    if not all(np.isfinite(rows).all() for rows in tokens) or not sum(map(len, tokens)):
        raise GuardError(f"passage [{passage.number}] has no finite token cosines")
    ends = np.asarray(aligned.token_ends(claim.text, claim.language))
    if ends.shape != (sum(map(len, tokens)),):
        raise GuardError(f"passage [{passage.number}] and the sentence have no tokens that can be compared")
    return Likeness(passage, similarity, cosines, flat, sizes, tokens, ends)


def read_ahead(passage: PassageLike) -> None:
    """Look up now what every sentence will be held against, so that none of them waits for it.

    All of it is kept where it is looked up, for as long as the latest passages are few.
    """
    said(passage.text, passage.language)
    _evidence(passage.text, primary_language(passage.language))
    for unit in passage.units:
        said(unit, passage.language)
        for clause in clauses(unit, passage.language):
            said(clause, passage.language)


def support_by(likenesses: Sequence[Likeness], claim: Claim, model: GateModel) -> Support:
    """The support of ``claim`` by some passages together, missing quantities left aside."""
    features, found = features_of(likenesses, claim)
    similarity = max(each.similarity for each in likenesses)
    score = model.support(features)
    if any(finding.sure for finding in found):
        score = min(score, _SURELY_NOT)
    return Support(similarity, model.likeness(features), score, tuple(found))


def features_of(likenesses: Sequence[Likeness], claim: Claim) -> tuple[dict[str, float], list[Finding]]:
    """What :class:`GateModel` weighs, by name, and the findings among them."""
    spoken = {primary_language(each.passage.language) for each in likenesses}
    same = primary_language(claim.language) in spoken
    text = "\n".join(each.passage.text for each in likenesses)
    similarity = max(each.similarity for each in likenesses)
    features = {
        "similarity": similarity,
        "coverage": coverage(claim.text, text, claim.language) if same else 0.0,
        "cross_language": float(not same),
        "similarity_across": 0.0 if same else similarity,
        **_aligned(likenesses, same),
    }
    found = {finding.feature: finding for finding in _findings(likenesses, claim)}
    borne_out, against = _bound(likenesses, claim)
    found |= {finding.feature: finding for finding in against}
    if "comparison_borne_out" in borne_out:
        found.pop("comparison_unsaid", None)
    features |= borne_out | {finding.feature: finding.weight for finding in found.values()}
    return features, list(found.values())


def _bound(likenesses: Sequence[Likeness], claim: Claim) -> tuple[dict[str, float], list[Finding]]:
    """What the clauses of the evidence say of the same things as those of the claim, and of others."""
    parts = _parts(likenesses, claim)
    by_passage = [[said(text, each.passage.language) for text in each.clauses] for each in likenesses]
    evidence = [clause for passage in by_passage for clause in passage]
    about = topics([part.said for part in parts], by_passage, [_over(each.passage) for each in likenesses])
    features, found = bound(parts, evidence, about)
    for part in parts:
        comparison = compared(part.said)
        held = held_against(comparison, part, evidence) if comparison else None
        if comparison and held and held.is_borne_out:
            features["comparison_borne_out"] = 1.0
        elif comparison and held:
            reason = f"the figures of the evidence say the opposite of “{comparison.words}”: «{held.evidence.strip()}»"
            found.append(Finding("comparison_contradicted", "comparison-turned", reason))
    return features, found


def _over(passage: PassageLike) -> str:
    """What stands over a passage: its title and headings."""
    return passage.text.partition(passage.units[0])[0] if passage.units else passage.text


def _parts(likenesses: Sequence[Likeness], claim: Claim) -> list[Clause]:
    """The clauses of the claim with their tokens, where those are known."""
    parts, start, place, ends = [], 0, 0, likenesses[0].ends
    for at, text in enumerate(claim.clauses):
        rows = [each.tokens[at][:, 1:] for each in likenesses if each.tokens is not None]
        if ends is None or len(rows) < len(likenesses):
            parts.append(Clause(said(text, claim.language)))
            continue
        stop = start + len(rows[0])
        parts.append(Clause(said(text, claim.language), np.concatenate(rows, axis=1), ends[start:stop] - place))
        start, place = stop, place + len(text)
    return parts


def _findings(likenesses: Sequence[Likeness], claim: Claim) -> list[Finding]:
    """What the rules find, clause by clause and of the sentence as a whole; each way counts half.

    Clauses tell what belongs together, but are short, and often held against the wrong one.
    """
    passages = [said(each.passage.text, each.passage.language) for each in likenesses]
    whole, units = said(claim.text, claim.language), _rated_units(likenesses)
    by_sentence = findings([Pair(whole, _nearest([unit[:3] for unit in units]))], passages) if units else []
    by_clause = findings(_pairs(likenesses, claim), passages)
    halves: dict[str, Finding] = {}
    for finding in (*by_clause, *by_sentence):
        known = halves.get(finding.feature)
        weight = finding.weight / 2 + (known.weight if known else 0.0)
        halves[finding.feature] = replace(
            known or finding, weight=weight, sure=finding.sure or bool(known and known.sure)
        )
    if units:
        _, unit, language, following = max(units, key=lambda each: each[0])
        after = said(following, language) if following else None
        halves |= {each.feature: each for each in whole_findings(whole, said(unit, language), after, passages)}
    return list(halves.values())


def _aligned(likenesses: Sequence[Likeness], same: bool) -> dict[str, float]:
    if any(each.tokens is None for each in likenesses):
        return {}
    known = [np.concatenate(each.tokens) for each in likenesses if each.tokens is not None]
    best = np.sort(np.maximum.reduce([tokens.max(axis=1) for tokens in known]))
    lowest = best[: max(1, round(_LOWEST * len(best)))]
    by_clause = [
        rows
        for rows in zip(*(each.tokens for each in likenesses if each.tokens is not None), strict=True)
        if len(rows[0])
    ]
    nearest = [max(float(_clause_means(rows).max()) for rows in of) for of in by_clause]
    sizes = [len(of[0]) for of in by_clause]
    return {
        "aligned": float(best.mean()),
        "aligned_lowest": float(lowest.mean()),
        "aligned_clause": float(np.average(nearest, weights=sizes)),
        "aligned_across": 0.0 if same else float(best.mean()),
        "aligned_gap": _gap(likenesses),
    }


def _gap(likenesses: Sequence[Likeness]) -> float:
    """How much nearer two tokens of a clause are to another sentence of the evidence than to the one it rests on.

    What one sentence says of a thing, and the next of another, may have been put together.
    """
    by_unit = np.concatenate([_unit_tokens(each) for each in likenesses], axis=1)
    titles = np.maximum.reduce([np.concatenate(each.tokens or [])[:, :1] for each in likenesses])
    known, gaps, start = np.maximum(by_unit, titles), [0.0], 0
    for rows in likenesses[0].tokens or ():
        end = start + len(rows)
        if len(rows):
            unit = int(by_unit[start:end].mean(axis=0).argmax())
            lacking = np.sort(known[start:end].max(axis=1) - known[start:end, unit])
            gaps.append(float(lacking[-_GAPS:].mean()))
        start = end
    return max(gaps)


def _clause_means(rows: Vectors) -> Vectors:
    """How much of the clause with these token cosines each clause of the passage says."""
    result: Vectors = rows[:, 1:].mean(axis=0)
    return result


def _pairs(likenesses: Sequence[Likeness], claim: Claim) -> list[Pair]:
    """Each clause of the claim with the clauses of the evidence that are nearest to it; none without token states."""
    pairs = []
    for at, clause in enumerate(claim.clauses):
        rows = [(each, each.tokens[at]) for each in likenesses if each.tokens is not None]
        if len(rows) == len(likenesses) and len(rows[0][1]) >= _LEAST_TOKENS:
            rated = [
                (float(rating), text, each.passage.language)
                for each, of in rows
                for rating, text in zip(_clause_means(of), each.clauses, strict=True)
            ]
            pairs.append(Pair(said(clause, claim.language), _nearest(rated)))
    return pairs


def _rated_units(likenesses: Sequence[Likeness]) -> list[tuple[float, str, str, str]]:
    """The units with how near they are, their language, and the unit that follows."""
    return [
        (float(rating), unit, each.passage.language, following)
        for each in likenesses
        for rating, unit, following in zip(
            _unit_tokens(each).mean(axis=0) if each.tokens is not None else each.cosines,
            each.passage.units,
            [*each.passage.units[1:], ""],
            strict=True,
        )
    ]


def _unit_tokens(of: Likeness) -> Vectors:
    """The cosine of each token of the claim with the nearest one of each unit, shape (tokens, units)."""
    columns = np.concatenate(of.tokens or [])[:, 1:]
    starts = np.cumsum([0, *of.sizes[:-1]])
    result: Vectors = np.maximum.reduceat(columns, starts, axis=1)
    return result


def _nearest(rated: Sequence[tuple[float, str, str]]) -> list[tuple[Said, float]]:
    """The best of texts that come with rating and language, with how near to the best each is (1 to 0)."""
    best = sorted(rated, key=lambda each: -each[0])[:_CANDIDATES]
    nearness = [1.0 - (best[0][0] - rating) / _NEAR for rating, _, _ in best]
    return [(said(text, of), near) for (_, text, of), near in zip(best, nearness, strict=True) if near > 0]


def _cosines(vector: Vectors, passage: PassageLike) -> tuple[Vectors, float]:
    units = np.asarray(passage.unit_vectors, dtype=np.float32)
    if len(passage.units) == 0:
        return np.zeros(0, dtype=np.float32), 0.0
    if units.ndim != 2 or units.shape[0] != len(passage.units) or not np.isfinite(units).all():
        shape = f"shape {units.shape}, {len(passage.units)} units"
        raise GuardError(f"passage [{passage.number}] has no usable vectors ({shape})")
    pairs = units[:-1] + units[1:]
    lengths = np.linalg.norm(pairs, axis=1, keepdims=True)
    windows = np.concatenate([units, pairs / np.maximum(lengths, 1e-6)]) @ vector.astype(np.float32)
    return windows[: len(units)], float(windows.max())


def best_similarity(vector: Vectors, passage: PassageLike) -> float:
    """Highest cosine of ``vector`` with a unit or the mean of two neighbours; 0 for a passage without units."""
    return _cosines(vector, passage)[1]


def missing_quantities(claim: Claim, passages: Sequence[PassageLike]) -> list[Quantity]:
    """The quantities of ``claim`` that none of ``passages`` has, nor two of theirs make together."""
    wanted, held = list(claim.quantities), list[Quantity]()
    for passage in passages:
        if not wanted:
            break
        quantities, currencies = _evidence(passage.text, primary_language(passage.language))
        wanted = unmatched(wanted, quantities, currencies=currencies)
        held += quantities
    return [quantity for quantity in wanted if not is_sum(quantity, held)]


# The passages of one question are checked against every sentence of its answer.
@lru_cache(maxsize=2048)
def _evidence(text: str, language: str) -> tuple[tuple[Quantity, ...], frozenset[str]]:
    found = find_quantities(text, language, every_word=True)
    return (*found, *elliptic_durations(text, found, language)), find_currencies(text, language)
