"""Fit the evidence model: when do the passages found answer the question?"""

from __future__ import annotations

import typer
import yaml

from app.retrieval.evidence import FILE, EvidenceModel, features
from eval.golden_passages import search_golden

_LEAST_ANSWERED = 0.95  # of the answerable questions; abstaining on more costs agents more than it saves
_FOLDS = 8
_SEEDS = 5
_PASSAGES = 12


def fit_and_report(write: bool) -> None:
    """Fit on the golden questions of the knowledge base that the settings name, and print the figures."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    rows, answerable = _features()
    names = sorted(rows[0])
    x = np.array([[row[name] for name in names] for row in rows])
    y = np.array(answerable)
    model = LogisticRegression(C=10.0, max_iter=1000)
    folds = [StratifiedKFold(_FOLDS, shuffle=True, random_state=seed) for seed in range(_SEEDS)]
    draws = [cross_val_predict(model, x, y, cv=fold, method="predict_proba")[:, 1] for fold in folds]
    held_out = np.mean(draws, axis=0)
    threshold = float(np.quantile(held_out[y], 1 - _LEAST_ANSWERED))
    typer.echo(f"{len(y)} questions, {int(y.sum())} of them answerable; {_FOLDS}-fold, {_SEEDS} shuffles")
    typer.echo(f"area under the curve, held out      {roc_auc_score(y, held_out):.3f}")
    typer.echo(f"answerable ones answered, held out  {(held_out[y] >= threshold).mean():.1%}")
    typer.echo(f"others abstained on, held out       {(held_out[~y] < threshold).mean():.1%}")
    model.fit(x, y)
    fitted = EvidenceModel(
        fitted_on=f"{len(y)} golden questions of ingest/sample (Apache-2.0), by `polydesk eval fit-evidence --write`",
        intercept=round(float(model.intercept_[0]), 4),
        coefficients={name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)},
        threshold=round(threshold, 4),
    )
    text = "# Probability that the passages found answer the question: a logistic regression.\n"
    text += yaml.safe_dump(fitted.model_dump(), sort_keys=False, width=120)
    typer.echo(text)
    if write:
        FILE.write_text(text, encoding="utf-8")


def _features() -> tuple[list[dict[str, float]], list[bool]]:
    found = search_golden(_PASSAGES)
    return [features([passage.score for passage in passages]) for _, passages in found], [
        golden.answerable for golden, _ in found
    ]
