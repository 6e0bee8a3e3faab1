"""Sentences with passages, of which it is known whether these support them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.retrieval.given import given_passage
from app.retrieval.passages import Passage
from eval.errors import EvalUserError
from eval.json_lines import read_data
from eval.language_codes import LanguageCode
from ingest.embedding.centring import CentredEmbedder
from ingest.languages.identify import UNDETERMINED, identify

OWN_SET = Path(__file__).with_name("sets") / "grounding"


class GroundingLine(BaseModel):
    """One line of the data. ``kind`` is what an unsupported sentence gets wrong."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    language: LanguageCode
    passages: Annotated[tuple[str, ...], Field(min_length=1)]
    passage_languages: tuple[LanguageCode, ...] | None = None  # identified where they are not given
    sentence: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    supported: bool
    kind: str = "sentences"
    split: Literal["fit", "held"] | None = None

    def passages_for(self, embedder: CentredEmbedder) -> list[Passage]:
        """The passages as the gate sees them, numbered from 1."""
        given = self.passage_languages or [self._language_of(text) for text in self.passages]
        return [
            given_passage(number, text, language, embedder)
            for number, (text, language) in enumerate(zip(self.passages, given, strict=True), 1)
        ]

    def _language_of(self, text: str) -> str:
        found = identify(text).language
        return self.language if found == UNDETERMINED else found


def read_grounding(data: Path) -> list[GroundingLine]:
    """The lines of a file, or of all files of a folder.

    :raises EvalUserError: the data cannot be used.
    """
    lines = read_data(data, GroundingLine)
    for line in lines:
        if line.passage_languages is not None and len(line.passage_languages) != len(line.passages):
            raise EvalUserError(f"{data}: {line.id or line.sentence[:40]}: a language is wanted for each passage")
    return lines
