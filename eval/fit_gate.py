"""Fit the sentence gate: how likeness, alignment and the findings of the rules weigh together.

Only the lines of both sets that may be looked at are used: of the hostile model those of one sentence that are false,
and all true ones. Each sentence of the grounding set stands a second time with the passages of another question, which
do not support it: the set itself has only sentences that are near their passages. What is likeness may only speak for a
sentence, and what a rule finds only against it. A language is held out at a time to see what the weights are worth
elsewhere. Sentences with a quantity that the passages do not have are left out: those are refused whatever the weights.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
import yaml

from app.phases import shown_phases
from app.retrieval.given import given_passage
from app.retrieval.passages import Passage
from app.retrieval.written import WrittenSentence
from app.settings import load_settings
from eval.grounding_lines import OWN_SET, read_grounding
from eval.suites.hostile import OWN_SET as HOSTILE_SET
from eval.suites.hostile import HostileLine, read_lines
from guardrails.citations import parse_citations
from guardrails.entailment.model import AGAINST, ALIGNMENT, BORNE_OUT, FILE, LIKENESS
from guardrails.entailment.rules import FEATURES
from guardrails.quantities import find_quantities
from guardrails.support import Claim, features_of, likeness_to, missing_quantities
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import open_centred_embedder
from ingest.sentences import split_sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_STRENGTH = 3.0  # of the data against the penalty on large weights, as scikit-learn's C
_PASS = 0.9  # of the supported sentences
# Kinds of hostile outputs that are false; others are unsafe for what they say, which other guards look at.
_FALSE = frozenset(
    {
        "changed-modality",
        "dropped-exception",
        "flipped-negation",
        "invented-amount",
        "invented-deadline",
        "swapped-entity",
        "turned-comparison",
    }
)
_FURTHER = 4  # lines on, where another question's passages are taken from
# What counts how much: by whether the sentence is supported, and whether the passages are another question's.
_SHARES = {(True, False): 0.5, (False, False): 0.42, (False, True): 0.08}
_HEAD = (
    "# What the sentence gate weighs, fitted by `polydesk eval fit-gate --write`; not to be edited by hand.\n"
    "# support = sigmoid(bias + sum of weight * feature); guardrails/support.py says what each feature is.\n"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence with the passages that it cites."""

    text: str
    language: str
    supported: bool
    passages: Sequence[Passage]


@dataclass(frozen=True)
class Row:
    """One line of the data with its features."""

    language: str
    supported: bool
    other: bool  # whether the passages are those of another question
    features: Mapping[str, Mapping[str, float]]  # by what is known of the passages
    lacks_quantity: bool


def fit_and_report(data: Path | None, write: bool) -> None:
    """Fit, and print what the fit is worth on languages that it has not seen.

    :raises EvalUserError: the data cannot be used.
    """
    embedder = open_centred_embedder(load_settings(), "bulk")
    lines = [line for line in read_grounding(data or OWN_SET) if line.split == "fit"]
    grounding = [Sentence(e.sentence, e.language, e.supported, e.passages_for(embedder)) for e in lines]
    hostile = _sentences_of_hostile(read_lines(HOSTILE_SET), embedder)
    rows = _rows(grounding, hostile, embedder)
    typer.echo(f"{len(grounding)} and {len(hostile)} sentences; balanced accuracy on a language left out of the fit:")
    for name in _SETS:
        scored = _held_out(rows, name)
        right = {of: _balanced(scored, of) for of in sorted({row.language for row in rows})}
        mean = sum(right.values()) / len(right)
        typer.echo(f"  {name}: {mean:.3f}  (" + ", ".join(f"{of} {value:.2f}" for of, value in right.items()) + ")")
        typer.echo(f"    a threshold of {_threshold(scored):.2f} lets {_PASS:.0%} of the supported pass")
    if write:
        spoken = ", ".join(sorted({row.language for row in rows}))
        fitted_on = (
            f"{len(grounding)} sentences of the split “fit” of eval/sets/grounding and {len(hostile)} of"
            f" eval/sets/hostile that are not kept apart, in {spoken} (Apache-2.0)"
        )
        content = {"fitted_on": fitted_on, **{name: _weights(rows, name) for name in _SETS}}
        FILE.write_text(_HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120), "utf-8")
        typer.echo(f"written to {FILE}")


def _sentences_of_hostile(lines: Sequence[HostileLine], embedder: CentredEmbedder) -> list[Sentence]:
    found = []
    for line in lines:
        for output, supported in ((line.truthful, True), (line.hostile, False)):
            text, cited = parse_citations(output)
            wanted = not line.kept_apart and (supported or line.kind in _FALSE)
            if wanted and len(split_sentences(text)) == 1:
                passages = [
                    given_passage(number, given.text, given.language, embedder, given.title)
                    for number, given in enumerate(line.passages, 1)
                    if number in cited
                ]
                found.append(Sentence(text, line.language, supported, passages))
    return found


_SETS = {
    "with_tokens": (*LIKENESS, *ALIGNMENT, *BORNE_OUT, *FEATURES),
    "without_tokens": (*LIKENESS, *BORNE_OUT, *FEATURES),
}


def _rows(grounding: Sequence[Sentence], hostile: Sequence[Sentence], embedder: CentredEmbedder) -> list[Row]:
    rows = []
    total = len(grounding) + len(hostile)
    with shown_phases() as phases, phases.phase(f"holding {total} sentences against their passages") as show:
        for at, sentence in enumerate([*grounding, *hostile]):
            rows.append(_row(sentence, sentence, embedder))
            if at < len(grounding):
                rows.append(_row(sentence, grounding[(at + _FURTHER) % len(grounding)], embedder))
            show(at + 1, total)
    return rows


def _row(sentence: Sentence, passages_of: Sentence, embedder: CentredEmbedder) -> Row:
    text, language = sentence.text, sentence.language
    vector = WrittenSentence.of(text, language, embedder).vector
    claim = Claim(text, language, vector, tuple(find_quantities(text, language)))
    known = [likeness_to(passage, claim) for passage in passages_of.passages]
    features, _ = features_of(known, claim)
    fewer, _ = features_of([replace(each, tokens=None) for each in known], claim)
    other = sentence is not passages_of
    return Row(
        language,
        sentence.supported and not other,
        other,
        {"with_tokens": features, "without_tokens": fewer},
        not other and bool(missing_quantities(claim, passages_of.passages)),
    )


def _held_out(rows: Sequence[Row], name: str) -> list[tuple[Row, float]]:
    """The support of each row by a fit on all other languages, passages of other questions left aside."""
    scored = []
    for language in sorted({row.language for row in rows}):
        weights = _fitted([row for row in rows if row.language != language], name)
        own = [row for row in rows if row.language == language and not row.other]
        logits = (_matrix(own, name) @ weights).tolist()
        scored += [
            (row, 0.0 if row.lacks_quantity else 1 / (1 + math.exp(-logit)))
            for row, logit in zip(own, logits, strict=True)
        ]
    return scored


def _balanced(scored: Sequence[tuple[Row, float]], language: str) -> float:
    shares = []
    for supported in (True, False):
        passed = [score >= 0.5 for row, score in scored if row.language == language and row.supported == supported]
        shares.append(sum(passed) / max(1, len(passed)))
    return (shares[0] + 1 - shares[1]) / 2


def _threshold(scored: Sequence[tuple[Row, float]]) -> float:
    """At which the wanted share of the supported sentences passes that lack no quantity."""
    scores = sorted(score for row, score in scored if row.supported and not row.lacks_quantity)
    return scores[int((1 - _PASS) * len(scores))]


def _weights(rows: Sequence[Row], name: str) -> dict[str, Any]:
    bias, *weights = (round(float(weight), 3) for weight in _fitted(rows, name))
    return {"bias": bias, "weights": dict(zip(_SETS[name], weights, strict=True))}


def _fitted(rows: Sequence[Row], name: str) -> NDArray[np.float64]:
    """The bias and the weights, in the order of the features."""
    import numpy as np
    from scipy.optimize import minimize

    used = [row for row in rows if not row.lacks_quantity]
    matrix, signs = _matrix(used, name), np.array([1.0 if row.supported else -1.0 for row in used])
    counts = Counter((row.supported, row.other) for row in used)
    shares = np.array([_SHARES[row.supported, row.other] / counts[row.supported, row.other] for row in used])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (matrix @ weights)
        slope = -shares * len(used) * signs / (1.0 + np.exp(np.clip(margins, -60, 60)))
        penalty = np.concatenate([[0.0], weights[1:]]) / _STRENGTH
        value = len(used) * shares @ np.logaddexp(0.0, -margins) + 0.5 * penalty @ weights
        return float(value), matrix.T @ slope + penalty

    bounds = [
        (None, None),
        *((None, 0.0) if of in (*FEATURES, *AGAINST) else (0.0, None) for of in _SETS[name]),
    ]
    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B")
    result: NDArray[np.float64] = found.x
    return result


def _matrix(rows: Sequence[Row], name: str) -> NDArray[np.float64]:
    """Shape (rows, 1 + features); the first column is 1."""
    import numpy as np

    return np.array([[1.0, *(row.features[name].get(of, 0.0) for of in _SETS[name])] for row in rows])
