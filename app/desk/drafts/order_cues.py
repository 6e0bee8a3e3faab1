"""The words of a sentence that say that something was ordered, or that something else happened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from app.desk.drafts.relative_days import choice
from guardrails.folding import FoldedText
from guardrails.yamlfile import load_yaml

_WORDS = Path(__file__).with_name("order_words.yaml")
_ENGLISH = "en"  # its words for an order are used in every language
# Something may stand before a word without a space, in Arabic an article.
_UNSPACED = frozenset({"ja", "zh", "ko", "th", "ar", "fa", "he"})


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ordered: tuple[str, ...]
    other: tuple[str, ...]


class _ByLanguage(RootModel[dict[str, _Words]]):
    pass


@dataclass(frozen=True, slots=True)
class Cue:
    """One of them, and where it stands in the sentence, in characters."""

    kind: Literal["ordered", "other"]
    start: int
    end: int


def cues_of(sentence: str, language: str) -> list[Cue]:
    """Those of a sentence, in order."""
    view = FoldedText(sentence)
    found: dict[int, Cue] = {}  # a word that both languages have is one
    for pattern in filter(None, (_pattern(_ENGLISH), _pattern(language))):
        for match in pattern.finditer(view.folded):
            kind: Literal["ordered", "other"] = "ordered" if match.lastgroup == "ordered" else "other"
            start, end = view.span(*match.span())
            found[start] = Cue(kind, start, end)
    return [found[start] for start in sorted(found)]


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    words = load_yaml(_WORDS, _ByLanguage).root.get(language)
    if words is None:
        return None
    border, rest = ("", "") if language in _UNSPACED else (r"(?<!\w)", r"\w*")
    ordered, other = choice(words.ordered), choice(words.other)
    return re.compile(rf"{border}(?:(?P<ordered>{ordered})|(?P<other>{other})){rest}")
