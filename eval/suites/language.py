"""Language identification: is the language of a text the one it is said to be in?"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.phases import shown_phases
from eval.intervals import mean_with_interval
from eval.json_lines import read_data
from eval.language_codes import LanguageCode, language_code
from eval.reporting import Measures, grouped, measured, print_json, print_table
from ingest.languages.identify import UNDETERMINED, identify


class LabelledText(BaseModel):
    """One line of the data. ``kind`` is any name, such as ``sentences``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: Annotated[str, StringConstraints(min_length=1)]
    language: LanguageCode
    kind: str = "texts"


@dataclass(frozen=True)
class Identification:
    """A text with the language it was taken for."""

    given: LabelledText
    found: str
    milliseconds: float

    @property
    def right(self) -> bool:
        return self.found == self.given.language


_MEASURES: Measures[Identification] = {
    "accuracy": lambda found: mean_with_interval([float(each.right) for each in found])
}


def run_language(data: Path) -> list[Identification]:
    """Identify every text of the data.

    :raises EvalUserError: the data cannot be used.
    """
    texts = read_data(data, LabelledText)
    identify(texts[0].text)  # the first call reads the model
    with shown_phases() as phases, phases.phase(f"identifying {len(texts)} texts") as show:
        found = []
        for text in texts:
            found.append(identified(text))
            show(len(found), len(texts))
    return found


def report(found: Sequence[Identification]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "texts": len(found),
        **measured(found, _MEASURES),
        "by_kind": grouped(found, lambda each: each.given.kind, _MEASURES),
        "by_language": grouped(found, lambda each: each.given.language, _MEASURES),
        "ms_per_call": round(statistics.median(each.milliseconds for each in found), 3),
    }


def print_language(found: Sequence[Identification], as_json: bool) -> None:
    """Print the figures."""
    figures = report(found)
    if as_json:
        print_json(figures)
        return
    title = f"Language identification: {figures['texts']} texts, {figures['ms_per_call']} ms a call"
    print_table(title, ("language", figures["by_language"]), {**figures["by_kind"], "all": figures}, _MEASURES)


def identified(text: LabelledText) -> Identification:
    """The text with the language that it is taken for."""
    started = time.perf_counter()
    language = identify(text.text).language
    took = (time.perf_counter() - started) * 1000
    return Identification(text, language if language == UNDETERMINED else language_code(language), took)
