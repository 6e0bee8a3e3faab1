"""Promises in a text: what is promised, and the words for it."""

from __future__ import annotations

import re
from pathlib import Path

from guardrails.cues import Cues

_FOLDER = Path(__file__).parent
# These are promised whoever is the one to do it; the others by the company or in its name.
_OF_ANYBODY = frozenset({"callback", "today", "tomorrow"})
_CLAUSE_END = re.compile(r"[,;:，、；：،؛।]\s*|\s[–—-]\s")


class Promises:
    """The kinds of promises, and the forms of promising, of all languages."""

    def __init__(self) -> None:
        self._kinds = Cues.load(_FOLDER / "kinds.yaml")
        self._forms = Cues.load(_FOLDER / "forms.yaml")

    def made(self, sentence: str) -> dict[str, str]:
        """The kinds of what a sentence promises, with the words for it."""
        personal = self._forms.has("personal", sentence)
        if not personal and not self._forms.has("any", sentence):
            return {}
        return {kind: words for kind, words in self.spoken_of(sentence).items() if personal or kind in _OF_ANYBODY}

    def spoken_of(self, text: str) -> dict[str, str]:
        """The kinds of which a clause speaks that denies nothing: "no call-backs" promises none and gives none."""
        affirmed: dict[str, str] = {}
        for clause in _CLAUSE_END.split(text):
            kinds = self._kinds.found(clause)
            if kinds and not self._forms.has("negation", clause):
                affirmed |= kinds
        return affirmed
