"""Fit the tagger of English names and addresses, cross-validated by template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import typer
from numpy.typing import NDArray

from eval.errors import EvalUserError
from eval.json_lines import read_data
from eval.suites.pii import PersonalText, our_type
from guardrails.personal.features import BUCKETS, columns_of
from guardrails.personal.plain import plain
from guardrails.personal.tagger import CLASSES, TAGGER_PATH
from guardrails.personal.words import words_of

_STRENGTH = 0.5  # inverse of the regularisation
_FOLDS = 5
_LEAST_WEIGHT = 0.02  # smaller ones are left out of the file
_OTHERS = {"GPE": "PLACE", "ORGANIZATION": "ORGANIZATION"}
_SAMPLE = Path(__file__).parents[1] / "ingest" / "sample" / "documents"
_LEAST_PARAGRAPH = 60  # characters
_ORDINARY = Path(__file__).with_name("ordinary_english.txt")  # sentences with numbers and capitals, and nobody in them
_COPIES = 4  # of each of those, beside the many texts with addresses

Labelled = tuple[list[list[int]], list[int]]  # columns and class of each word


def fit_and_report(data: Path, write: bool) -> None:
    """Print precision and recall of each class by word, with no template both fitted and tried; fit on all.

    :param write: write the fit to ``guardrails/personal/tagger.npz``.
    :raises EvalUserError: the data cannot be used.
    """
    from sklearn.model_selection import GroupKFold

    texts = read_data(data, PersonalText)
    labelled, groups = [_labelled(text) for text in texts], _templates(texts)
    if len(set(groups)) < _FOLDS:
        raise EvalUserError(f"{data}: fewer than {_FOLDS} different texts; give more")
    ordinary = [_labelled(PersonalText(text=text, language="en", spans=())) for text in _paragraphs()]
    truth: list[int] = []
    found: list[int] = []
    for fitted, tried in GroupKFold(_FOLDS).split(labelled, groups=groups):
        weights, bias = _fit([*(labelled[at] for at in fitted), *ordinary])
        for at in tried:
            columns, classes = labelled[at]
            truth += classes
            found += [int((weights[:, row].sum(axis=1) + bias).argmax()) for row in columns]
    for at, name in enumerate(CLASSES[1:], 1):
        right = sum(1 for a, b in zip(truth, found, strict=True) if a == b == at)
        typer.echo(
            f"{name}: recall {right / max(1, truth.count(at)):.3f}, precision {right / max(1, found.count(at)):.3f}"
        )
    if write:
        weights, bias = _fit([*labelled, *ordinary])
        kept = np.where(np.abs(weights) < _LEAST_WEIGHT, 0, weights).astype(np.float16)
        np.savez_compressed(TAGGER_PATH, weights=kept, bias=bias.astype(np.float32))
        typer.echo(f"written to {TAGGER_PATH}")


def _fit(labelled: Sequence[Labelled]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weights of shape (classes, buckets), and the bias of each class."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [row for columns, _ in labelled for row in columns]
    classes = [each for _, of_text in labelled for each in of_text]
    ends = np.cumsum([0, *map(len, rows)])
    ones = np.ones(int(ends[-1]), dtype=np.float32)
    matrix = csr_matrix((ones, [column for row in rows for column in row], ends), shape=(len(rows), BUCKETS))
    model = LogisticRegression(C=_STRENGTH, max_iter=300).fit(matrix, classes)
    return model.coef_, model.intercept_


def _labelled(given: PersonalText) -> Labelled:
    text = plain(given.text)
    words = words_of(text)
    spans = [
        (span.start, span.end, CLASSES.index(name))
        for span in given.spans
        if (name := _OTHERS.get(span.type) or our_type(span.type)) in CLASSES
    ]
    classes = [next((of for start, end, of in spans if start <= word.start < end), 0) for word in words]
    return columns_of(text, words), classes


def _templates(texts: Sequence[PersonalText]) -> list[str]:
    """Texts with the same words around what is personal are of one template."""
    keys = []
    for given in texts:
        letters = list(given.text.lower())
        for span in given.spans:
            letters[span.start : span.end] = " " * (span.end - span.start)
        keys.append(" ".join(sorted(set(re.findall("[a-z]+", "".join(letters))))))
    order = {key: at for at, key in enumerate(sorted(set(keys)))}
    return [str(order[key]) for key in keys]


def _paragraphs() -> list[str]:
    """English texts of support in which nobody is named: the sample's policies, and sentences with numbers."""
    from ingest.languages.identify import identify

    texts = [file.read_text(encoding="utf-8") for file in sorted(_SAMPLE.rglob("*.md"))]
    paragraphs = [part for text in texts for part in text.split("\n\n") if len(part) > _LEAST_PARAGRAPH]
    ordinary = _ORDINARY.read_text(encoding="utf-8").splitlines()
    return [part for part in paragraphs if identify(part).language == "en"] + _COPIES * ordinary
