"""Runs made for a test: outcomes that are known, in folders as a run leaves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.quality.measures import suites_about
from eval.runs.figures import SuiteFigures, figures_of
from eval.runs.folder import RunFolder
from eval.runs.manifest import CodeVersion, IndexVersion, Manifest, ModelVersion
from eval.runs.outcome import Outcome

LANGUAGES = ("de", "en", "fr", "ja")


def manifest(id: str, suites: Sequence[str], **changed: object) -> Manifest:
    known = Manifest(
        id=id,
        name=id,
        started=datetime(2026, 11, 22, 10, tzinfo=UTC),
        state="finished",
        suites=tuple(suites),
        seed=0,
        sizes={},
        code=CodeVersion(package="0.1.0", commit="c0ffee", digest="code"),
        model=ModelVersion(name="quoting"),
        index=IndexVersion(documents=57, digest="index", embedding="multilingual-e5-small"),
        data={},
        prompts="prompts",
        policy="policy",
        settings={"num_ctx": 8192},
        machine={"cores": "2"},
    )
    return known.model_copy(update=changed)


def made_run(home: Path, id: str, outcomes: Mapping[str, Sequence[Outcome]], **changed: object) -> RunFolder:
    """A finished run with these outcomes."""
    run = RunFolder.create(home / "runs", manifest(id, list(outcomes), **changed))
    for suite, each in outcomes.items():
        run.keep(figures_of(suite, suites_about()[suite], each, 1.0, 1.0), each)
    return run


def failed(run: RunFolder, suite: str, error: str) -> None:
    """Have a suite of the run failed."""
    run.keep(SuiteFigures(suite=suite, state="failed", error=error), [])


def items(measure: str, values: Sequence[float], **more: Mapping[str, str]) -> list[Outcome]:
    """An item for each value, in four languages."""
    return [
        Outcome(id=f"i-{at}", language=LANGUAGES[at % len(LANGUAGES)], values={measure: value}, **more)  # type: ignore[arg-type]  # the fields of Outcome by name
        for at, value in enumerate(values)
    ]


def shares(right: int, of: int) -> list[float]:
    """So many right items, spread over all."""
    return [float(at * right // of < (at + 1) * right // of) for at in range(of)]
