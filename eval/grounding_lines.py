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
from eval.twins import Family, holds_twins, read_twins
from ingest.embedding.centring import CentredEmbedder
from ingest.languages.identify import UNDETERMINED, identify

OWN_SET = Path(__file__).with_name("sets") / "grounding"
_UNSPACED = frozenset({"ja", "zh"})  # that write no space between sentences


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
    """The lines of a file, or of all files of a folder; families of twins (:mod:`eval.twins`) sentence by sentence.

    :raises EvalUserError: the data cannot be used.
    """
    if holds_twins(data):
        return [line for at, family in enumerate(read_twins(data)) for line in _lines_of(family, at)]
    lines = read_data(data, GroundingLine)
    for line in lines:
        if line.passage_languages is not None and len(line.passage_languages) != len(line.passages):
            raise EvalUserError(f"{data}: {line.id or line.sentence[:40]}: a language is wanted for each passage")
    return lines


def _lines_of(family: Family, place: int) -> list[GroundingLine]:
    """Each claim and its twin once; two in five in the language of the evidence, the others in another one."""
    lines = []
    for at, twins in enumerate(family.claims):
        language, of_evidence = (family.languages[(place + turns) % 3] for turns in (at, 2 * at))
        evidence = family.evidence[of_evidence]
        passage = ("" if of_evidence in _UNSPACED else " ").join(evidence)
        for supported, texts in ((True, twins.true), (False, twins.false)):
            line = GroundingLine(
                id=f"{family.id}-{at + 1}{'a' if supported else 'b'}",
                language=language,
                passages=(passage,),
                passage_languages=(of_evidence,),
                sentence=texts[language],
                supported=supported,
                kind=twins.kind,
            )
            lines.append(line)
    return lines
