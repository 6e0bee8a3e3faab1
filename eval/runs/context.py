"""What the suites of one run are given."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from app.settings import Settings
from eval.sample import GOLDEN, SAMPLE
from guardrails.personal.find import find_personal

Item = TypeVar("Item")
_LONGEST = 400  # characters of a text that is shown as evidence


@dataclass(frozen=True)
class RunContext:
    """The model under test, the data and the seed.

    :param parallel: questions asked at once; as many as the model's server answers at once.
    """

    settings: Settings
    model: str = "quoting"
    seed: int = 0
    golden: Path = GOLDEN
    tickets: Path = SAMPLE / "tickets.jsonl"
    parallel: int = 1
    sizes: dict[str, int] | None = None  # of the samples, where other than suites.yaml has them

    def sample(self, items: Sequence[Item], size: int | None, language: Callable[[Item], str]) -> list[Item]:
        """``size`` of the items, the same for the same seed, as evenly over the languages as there are any."""
        if size is None or size >= len(items):
            return list(items)
        by_language: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            by_language.setdefault(language(item), []).append(place)
        for name, places in by_language.items():
            random.Random(f"{self.seed} {name}").shuffle(places)  # noqa: S311  # to be repeated, not to be secret
        turns = [places[turn] for turn in range(len(items)) for places in by_language.values() if turn < len(places)]
        return [items[place] for place in sorted(turns[:size])]


def shown(text: str, language: str) -> str:
    """A text as evidence: on one line, not too long, and with placeholders for personal data."""
    said = " ".join(text.split())[:_LONGEST]
    for span in reversed(find_personal(said, language)):
        said = f"{said[: span.start]}<{span.type}>{said[span.end :]}"
    return said
