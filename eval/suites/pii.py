"""Personal data: how much of it is found, and how much of what is found is any."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.phases import shown_phases
from eval.intervals import Figure
from eval.json_lines import read_data
from eval.language_codes import LanguageCode
from eval.reporting import Measures, grouped, measured, print_json, print_table
from guardrails.personal.find import find_personal
from guardrails.personal.spans import PersonalSpan
from guardrails.yamlfile import load_yaml

_TYPES = Path(__file__).parents[1] / "personal_types.yaml"
_RESAMPLES, _SEED = 1000, 20261121


class GivenSpan(BaseModel):
    """Personal data in a text, under any data set's name for its type."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    start: int
    end: int
    type: str


class PersonalText(BaseModel):
    """One line of the data."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    language: LanguageCode
    spans: tuple[GivenSpan, ...]


class _Types(BaseModel):
    """What ``personal_types.yaml`` says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    types: dict[str, tuple[str, ...]]
    neutral: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """What one text holds of one type."""

    type: str
    language: str
    given: int
    found: int  # of those given
    claimed: int
    right: int  # of those claimed
    milliseconds: float


def our_type(name: str) -> str | None:
    """Our name of a type; None for what polydesk does not look for."""
    return next((ours for ours, names in _types().types.items() if name in names), None)


def run_pii(data: Path) -> list[Counted]:
    """Look for personal data in every text of the data.

    :raises EvalUserError: the data cannot be used.
    """
    return counted_in(read_data(data, PersonalText))


def counted_in(texts: Sequence[PersonalText]) -> list[Counted]:
    """What each text holds of each type, and what of it was found."""
    find_personal(texts[0].text, texts[0].language)  # the first call reads the lists
    counted: list[Counted] = []
    with shown_phases() as phases, phases.phase(f"looking through {len(texts)} texts") as show:
        for number, text in enumerate(texts, 1):
            started = time.perf_counter()
            spans = find_personal(text.text, text.language)
            counted += compared(text, spans, (time.perf_counter() - started) * 1000)
            show(number, len(texts))
    return counted


def compared(text: PersonalText, spans: Sequence[PersonalSpan], milliseconds: float) -> list[Counted]:
    """By type: a given span is found when half of it lies in spans of its type, and the other way round.

    What is found and lies in a neutral span alone counts for nothing.
    """
    neutral = _covered((span.start, span.end) for span in text.spans if span.type in _types().neutral)
    given = [(name, span.start, span.end) for span in text.spans if (name := our_type(span.type))]
    claimed = [(span.type, span.start, span.end) for span in spans if not set(range(span.start, span.end)) <= neutral]
    counted = []
    for name in _types().types:
        of_given = [(start, end) for of, start, end in given if of == name]
        of_claimed = [(start, end) for of, start, end in claimed if of == name]
        all_given, all_claimed = _covered(of_given), _covered(of_claimed)
        found = sum(_half_in(span, all_claimed) for span in of_given)
        right = sum(_half_in(span, all_given | neutral) and bool(all_given & set(range(*span))) for span in of_claimed)
        counted.append(Counted(name, text.language, len(of_given), found, len(of_claimed), right, milliseconds))
    return counted


def report(counted: Sequence[Counted]) -> dict[str, Any]:
    """What ``--json`` prints."""
    times = [each.milliseconds for each in counted[:: len(_types().types)]]
    return {
        "texts": len(times),
        **measured(counted, _MEASURES),
        "by_type": grouped(counted, lambda each: each.type, _MEASURES),
        "by_language": grouped(counted, lambda each: each.language, _MEASURES),
        "ms_per_text": round(statistics.median(times), 3),
    }


def print_pii(counted: Sequence[Counted], as_json: bool) -> None:
    """Print the figures."""
    figures = report(counted)
    if as_json:
        print_json(figures)
        return
    title = f"Personal data: {figures['texts']} texts, {figures['ms_per_text']} ms a text"
    print_table(title, ("language", figures["by_language"]), {**figures["by_type"], "all": figures}, _MEASURES)


def _covered(spans: Any) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def _half_in(span: tuple[int, int], characters: set[int]) -> bool:
    return 2 * len(characters.intersection(range(*span))) >= span[1] - span[0]


def _precision(given: Any, found: Any, claimed: Any, right: Any) -> Any:
    return right / claimed


def _recall(given: Any, found: Any, claimed: Any, right: Any) -> Any:
    return found / given


def _f2(given: Any, found: Any, claimed: Any, right: Any) -> Any:
    """Recall counts twice as much as precision."""
    precision, recall = right / claimed, found / given
    return 5 * precision * recall / (4 * precision + recall)


def _figure(formula: Callable[[Any, Any, Any, Any], Any], column: str, counted: Sequence[Counted]) -> Figure:
    """The formula over all counts with its interval, texts resampled; None where it is not defined."""
    import numpy as np

    rows = np.array([(each.given, each.found, each.claimed, each.right) for each in counted], dtype=float)
    rows = rows[rows.sum(axis=1) > 0]
    count = int(sum(getattr(each, column) for each in counted))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(formula(*rows.sum(axis=0))) if len(rows) else float("nan")
        if not np.isfinite(value):
            return Figure(value=None, count=count)
        random = np.random.default_rng(_SEED)
        weights = random.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=_RESAMPLES)
        low, high = np.nanpercentile(formula(*(weights @ rows).T), [2.5, 97.5])
    return Figure(value=round(value, 4), count=count, low=round(float(low), 4), high=round(float(high), 4))


_MEASURES: Measures[Counted] = {
    "precision": partial(_figure, _precision, "claimed"),
    "recall": partial(_figure, _recall, "given"),
    "f2": partial(_figure, _f2, "given"),
}


@lru_cache(maxsize=1)
def _types() -> _Types:
    return load_yaml(_TYPES, _Types)
