"""Questions that evaluations ask: no model may learn from them, or its figures say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from eval.sample import GOLDEN
from guardrails.folding import fold

_SUFFIXES = (".jsonl", ".yaml")
_GRAM = 5  # characters
_SAME = 0.7  # share of a set's text that a question has in common with it, from which it counts as the same
_LEAST = 12  # characters without spaces: "Hello, can you help?" belongs to nobody


class KeptApart:
    """Tells the texts of evaluation sets, also where somebody changed a word of them.

    :param texts: of the sets.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [grams for text in texts if (grams := _grams(text))]
        self._having: dict[str, list[int]] = {}
        for number, grams in enumerate(self._texts):
            for gram in grams:
                self._having.setdefault(gram, []).append(number)

    def __call__(self, question: str) -> bool:
        """Whether ``question`` is one of them, or holds one."""
        own = _grams(question)
        shared: dict[int, int] = {}
        for gram in own:
            for number in self._having.get(gram, ()):
                shared[number] = shared.get(number, 0) + 1
        return any(count / len(self._texts[number]) >= _SAME for number, count in shared.items())


def shipped_texts() -> Iterator[str]:
    """Every text of the sets that come with the product, the sample's golden questions among them."""
    yield from texts_of(Path(__file__).with_name("sets"))
    yield from texts_of(GOLDEN)


def texts_of(path: Path) -> Iterator[str]:
    """Every text in a data set, a file or a folder of them: what a field is called does not matter."""
    files = sorted(each for each in path.rglob("*") if each.suffix in _SUFFIXES) if path.is_dir() else [path]
    for file in files:
        content = file.read_text(encoding="utf-8-sig")
        if file.suffix == ".jsonl":
            for line in content.splitlines():
                if line.strip():
                    yield from _strings(json.loads(line))
        else:
            yield from _strings(yaml.safe_load(content))


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for each in node.values():
            yield from _strings(each)
    elif isinstance(node, list):
        for each in node:
            yield from _strings(each)


def _grams(text: str) -> frozenset[str]:
    letters = "".join(character for character in fold(text) if character.isalnum())
    if len(letters) < _LEAST:
        return frozenset()
    return frozenset(letters[start : start + _GRAM] for start in range(len(letters) - _GRAM + 1))
