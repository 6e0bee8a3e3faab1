"""Fit the evidence model: when do the passages found answer the question?

The golden questions are asked of the knowledge base that the settings name; further data brings its passages along, or
is a BEIR folder, whose questions are asked twice: of all its documents, and of those that do not answer them. Each set
counts as much as another, and in each the answerable questions as much as the others.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer
import yaml

from app.phases import shown_phases
from app.retrieval.evidence import FEATURES, FILE, EvidenceModel, features
from app.retrieval.texts import score_texts
from app.settings import load_settings
from eval.beir import read_beir
from eval.beir_suite import OpenSet, SetRun, run_sets
from eval.golden_passages import search_golden
from eval.json_lines import read_data
from eval.suites.abstention import GivenQuestion
from ingest.knowledge import open_centred_embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FOLDS = 8  # of questions asked of a knowledge base; those that bring passages are held out a language at a time
_PASSAGES = 12
_WIDER = 20  # passages of a question whose answering ones are left out
_OF_EACH = 25  # answerable questions of a language, and others, that are drawn from the data
_OF_SET = 240  # questions that are drawn from a BEIR folder
_LEAST_ANSWERED = 0.95  # of the golden questions that are answerable: abstaining on more costs more than it saves
_NAMES = sorted(FEATURES)


@dataclass(frozen=True)
class Judged:
    """Questions whose answers are known to be in their passages or not.

    ``groups`` are held out together: rows of the same group are never on both sides of a fold.
    """

    name: str
    rows: NDArray[np.float64]  # shape (questions, features), the features in alphabetical order
    answerable: NDArray[np.bool_]
    groups: NDArray[np.int64]


@dataclass(frozen=True)
class HeldOut:
    """What a fit says to questions that it has not seen: shares of the answerable ones answered and of others not."""

    name: str
    questions: int
    area_under_curve: float
    answered: float
    abstained: float


def fit_and_report(data: Sequence[Path], write: bool) -> None:
    """Fit, and print the figures.

    :raises EvalUserError: the data cannot be used.
    """
    sets = [_golden(), *(_asked(each) if each.is_dir() else _given(each) for each in data)]
    source = ", ".join(f"{len(of.rows)} of {of.name}" for of in sets)
    model, figures = fit(sets, f"{source}; by `polydesk eval fit-evidence --write`, further data with --data")
    for each in figures:
        typer.echo(f"{each.name}: {each.questions} questions, held out")
        typer.echo(f"  area under the curve        {each.area_under_curve:.3f}")
        typer.echo(f"  answerable ones answered    {each.answered:.1%}")
        typer.echo(f"  others abstained on         {each.abstained:.1%}")
    text = "# Probability that the passages found answer the question: a logistic regression.\n"
    text += yaml.safe_dump(model.model_dump(), sort_keys=False, width=120)
    typer.echo(text)
    if write:
        FILE.write_text(text, encoding="utf-8")


def fit(sets: Sequence[Judged], fitted_on: str) -> tuple[EvidenceModel, list[HeldOut]]:
    """The model fitted on all sets, and what models that had not seen a question said to it.

    The threshold is the one that is wrong least often on what was held out, of those that answer enough of the
    first set.
    """
    import numpy as np
    from sklearn.metrics import roc_auc_score

    held_out = [_held_out(sets, at) for at in range(len(sets))]
    candidates = np.unique(np.concatenate(held_out))
    right = [_right(of.answerable, said, candidates) for of, said in zip(sets, held_out, strict=True)]
    balanced = np.sum([answered + abstained for answered, abstained in right], axis=0)
    best = int(np.where(right[0][0] >= _LEAST_ANSWERED, balanced, -1).argmax())
    threshold = float(candidates[best])
    model = _model(sets, [np.ones(len(of.rows), dtype=bool) for of in sets])
    coefficients = {name: round(float(weight), 4) for name, weight in zip(_NAMES, model.coef_[0], strict=True)}
    fitted = EvidenceModel(
        fitted_on=fitted_on,
        intercept=round(float(model.intercept_[0]), 4),
        coefficients=coefficients,
        threshold=round(threshold, 4),
    )
    figures = [
        HeldOut(
            of.name,
            len(of.rows),
            float(roc_auc_score(of.answerable, said)),
            float(answered[best]),
            float(abstained[best]),
        )
        for of, said, (answered, abstained) in zip(sets, held_out, right, strict=True)
    ]
    return fitted, figures


def _held_out(sets: Sequence[Judged], at: int) -> NDArray[np.float64]:
    """The probabilities of one set's questions, each group's by a model of all the others and of the other sets."""
    import numpy as np

    own = sets[at]
    said = np.zeros(len(own.rows))
    for group in np.unique(own.groups):
        seen = [np.ones(len(of.rows), dtype=bool) for of in sets]
        seen[at] = own.groups != group
        said[~seen[at]] = _model(sets, seen).predict_proba(own.rows[~seen[at]])[:, 1]
    return said


def _model(sets: Sequence[Judged], seen: Sequence[NDArray[np.bool_]]):  # type: ignore[no-untyped-def]  # scikit-learn's
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([of.rows[some] for of, some in zip(sets, seen, strict=True)])
    right = np.concatenate([of.answerable[some] for of, some in zip(sets, seen, strict=True)])
    shares = np.concatenate([_balanced(of.answerable[some]) for of, some in zip(sets, seen, strict=True)])
    return LogisticRegression(C=10.0, max_iter=5000).fit(rows, right, sample_weight=shares * len(rows) / len(sets))


def _balanced(answerable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights that add up to 1, half of it on the answerable questions."""
    import numpy as np

    some = max(1, int(answerable.sum())), max(1, int((~answerable).sum()))
    return np.where(answerable, 0.5 / some[0], 0.5 / some[1])


def _right(
    answerable: NDArray[np.bool_], said: NDArray[np.float64], thresholds: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of the answerable questions answered, and of the others not, for each threshold."""
    answers = said[:, None] >= thresholds[None]
    return answers[answerable].mean(axis=0), (~answers[~answerable]).mean(axis=0)


def _golden() -> Judged:
    import numpy as np

    found = search_golden(_PASSAGES)
    rows = [features([passage.score for passage in passages]) for _, passages in found]
    # The same question in several languages stands side by side: neighbours stay together.
    groups = np.arange(len(rows)) * _FOLDS // len(rows)
    return Judged(
        "the golden questions (ingest/sample, Apache-2.0)",
        _matrix(rows),
        np.array([golden.answerable for golden, _ in found]),
        groups,
    )


def _given(data: Path) -> Judged:
    import numpy as np

    drawn = _drawn(read_data(data, GivenQuestion))
    embedder = open_centred_embedder(load_settings(), "bulk")
    rows = []
    with shown_phases() as phases, phases.phase(f"judging the passages of {len(drawn)} questions") as show:
        for given in drawn:
            rows.append(features(score_texts(embedder, given.question, given.language, given.passages)))
            show(len(rows), len(drawn))
    languages = sorted({given.language for given in drawn})
    groups = np.array([languages.index(given.language) for given in drawn])
    return Judged(data.name, _matrix(rows), np.array([given.answerable for given in drawn]), groups)


def _asked(folder: Path) -> Judged:
    """The questions of a BEIR folder, with what answers them and without it."""
    import numpy as np

    data = read_beir(folder)
    chance = random.Random(20261121)  # noqa: S311  # no secret is made of it
    data = replace(data, queries=tuple(chance.sample(data.queries, min(_OF_SET, len(data.queries)))))
    rows: list[dict[str, float]] = []

    def run(opened: OpenSet) -> SetRun:
        for asked in opened.asked(_WIDER):
            judged = data.judged[asked.query.id]
            right = [judged.get(opened.corpus.ranked([passage])[0], 0) > 0 for passage in asked.passages]
            if any(right) and not all(right):
                scores = [passage.score for passage in asked.passages]
                without = [score for score, answers in zip(scores, right, strict=True) if not answers]
                rows.extend((features(scores), features(without)))
        return SetRun([])

    run_sets({"": data}, run)
    questions = np.arange(len(rows)) // 2
    name = f"{folder.parent.name}/{folder.name}"
    return Judged(name, _matrix(rows), np.arange(len(rows)) % 2 == 0, questions * _FOLDS // (len(rows) // 2))


def _drawn(questions: Sequence[GivenQuestion]) -> list[GivenQuestion]:
    """As many of each language and answer, the same every time."""
    by: dict[tuple[str, bool], list[GivenQuestion]] = defaultdict(list)
    for given in questions:
        by[given.language, given.answerable].append(given)
    chance = random.Random(20261121)  # noqa: S311  # no secret is made of it
    return [given for of in by.values() for given in chance.sample(of, min(_OF_EACH, len(of)))]


def _matrix(rows: Sequence[dict[str, float]]) -> NDArray[np.float64]:
    import numpy as np

    return np.array([[row[name] for name in _NAMES] for row in rows])
