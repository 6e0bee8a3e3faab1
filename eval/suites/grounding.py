"""Grounding: does the sentence gate pass what the passages support, and nothing else?"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.guarding import open_policy
from app.phases import shown_phases
from app.retrieval.written import embed_written
from app.settings import load_settings
from eval.grounding_lines import OWN_SET, GroundingLine, read_grounding
from eval.intervals import Figure, mean_of_means, mean_with_interval
from eval.reporting import Measures, grouped, measured, print_json, print_table
from guardrails.grounding import SentenceGate
from guardrails.verdicts import SentenceVerdict
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import open_centred_embedder


@dataclass(frozen=True)
class Judged:
    """A line of the data with what the gate made of it."""

    line: GroundingLine
    verdict: SentenceVerdict
    milliseconds: float  # of the gate, with the pass of the model over the sentence and not over the passages

    @property
    def right(self) -> bool:
        return self.verdict.supported == self.line.supported


def _rights(judged: Sequence[Judged], of: Callable[[Judged], bool]) -> list[float]:
    return [float(each.right) for each in judged if of(each)]


def _balanced(judged: Sequence[Judged]) -> Figure:
    return mean_of_means([_rights(judged, lambda e: e.line.supported), _rights(judged, lambda e: not e.line.supported)])


def _precision(judged: Sequence[Judged]) -> Figure:
    return mean_with_interval(_rights(judged, lambda each: each.verdict.supported))


def _recall(judged: Sequence[Judged]) -> Figure:
    return mean_with_interval(_rights(judged, lambda each: each.line.supported))


def _refused(judged: Sequence[Judged]) -> Figure:
    return mean_with_interval(_rights(judged, lambda each: not each.line.supported))


def _f1(judged: Sequence[Judged]) -> Figure:
    """Of the supported sentences; resampled over the lines that count for it."""
    counted = [each for each in judged if each.line.supported or each.verdict.supported]
    if not counted:
        return Figure(value=None, count=0)
    import numpy as np

    passed_right = np.array([float(each.line.supported and each.verdict.supported) for each in counted])
    sizes = np.array([float(each.line.supported) + float(each.verdict.supported) for each in counted])
    drawn = np.random.default_rng(20261121).integers(0, len(counted), size=(1000, len(counted)))
    values = 2 * passed_right[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(values, [2.5, 97.5])
    value = 2 * passed_right.sum() / sizes.sum()
    return Figure(value=round(float(value), 4), count=len(counted), low=round(low, 4), high=round(high, 4))


_MEASURES: Measures[Judged] = {
    "balanced_accuracy": _balanced,
    "f1": _f1,
    "precision": _precision,
    "recall": _recall,
    "refused": _refused,  # share of the unsupported sentences that do not pass
}


def run_grounding(data: Path | None) -> list[Judged]:
    """Hold every sentence of the data against its passages, as the assistant would; the own set when not given.

    :raises EvalUserError: the data cannot be used.
    """
    return judged_lines(read_grounding(data or OWN_SET))


def judged_lines(lines: Sequence[GroundingLine]) -> list[Judged]:
    """Each line with what the gate of the policy in force made of it."""
    settings = load_settings()
    embedder = open_centred_embedder(settings, "query")
    gate = SentenceGate(embed_written(embedder), open_policy(settings.policy).current().grounding)
    judged = []
    with shown_phases() as phases, phases.phase(f"checking {len(lines)} sentences") as show:
        for line in lines:
            judged.append(_judged(line, gate, embedder))
            show(len(judged), len(lines))
    return judged


def report(judged: Sequence[Judged]) -> dict[str, Any]:
    """What ``--json`` prints."""
    by_split = grouped([e for e in judged if e.line.split], lambda each: str(each.line.split), _MEASURES)
    return {
        "sentences": len(judged),
        **measured(judged, _MEASURES),
        "by_kind": grouped(judged, lambda each: each.line.kind, _MEASURES),
        "by_language": grouped(judged, lambda each: each.line.language, _MEASURES),
        **({"by_split": by_split} if by_split else {}),
        "ms_per_sentence": round(statistics.median(each.milliseconds for each in judged), 1),
    }


def print_grounding(judged: Sequence[Judged], as_json: bool) -> None:
    """Print the figures."""
    figures = report(judged)
    if as_json:
        print_json(figures)
        return
    title = f"Grounding: {figures['sentences']} sentences, {figures['ms_per_sentence']} ms each"
    totals = {**figures["by_kind"], **figures.get("by_split", {}), "all": figures}
    print_table(title, ("language", figures["by_language"]), totals, _MEASURES)


def _judged(line: GroundingLine, gate: SentenceGate, embedder: CentredEmbedder) -> Judged:
    passages = line.passages_for(embedder)
    for passage in passages:  # what the store has ready, and what is made of a passage once
        _ = passage.unit_vectors, passage.vectors
    started = time.perf_counter()
    verdict = gate.check(line.sentence, passages, passages, line.language)
    return Judged(line, verdict, (time.perf_counter() - started) * 1000)
