"""The twins of ``eval/sets/twins``: evidence, and sentences that it supports beside the same ones falsified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from eval.json_lines import numbered_lines, read_data

OWN_SET = Path(__file__).parent / "sets" / "twins"
Kind = Literal[
    "amount",
    "comparison",
    "condition",
    "deadline",
    "entity",
    "exception",
    "modality",
    "negation",
    "order",
    "scope",
    "unit",
    "unstated",
]
_Text = Annotated[str, Field(min_length=3)]


class Twins(BaseModel):
    """A sentence that the evidence supports, and its falsification; each in every language of the family."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    at: tuple[int, ...] = Field(min_length=1)  # sentences of the evidence without which it could not be known
    true: dict[str, _Text]
    false: dict[str, _Text]


class Family(BaseModel):
    """One matter: the same evidence, and the same claims about it, in three languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z]+-\d{3}$")
    languages: tuple[str, str, str]
    evidence: dict[str, tuple[_Text, ...]]  # its sentences, in order, by language
    claims: tuple[Twins, ...] = Field(min_length=5, max_length=5)

    @model_validator(mode="after")
    def _is_parallel(self) -> Family:
        spoken, sizes = set(self.languages), {len(sentences) for sentences in self.evidence.values()}
        said = [texts for twins in self.claims for texts in (twins.true, twins.false)]
        if len(spoken) != len(self.languages) or any(of != spoken for of in (set(self.evidence), *map(set, said))):
            raise ValueError("evidence and claims must be in each of the three languages")
        if len(sizes) != 1 or not 3 <= max(sizes) <= 6:
            raise ValueError("the evidence must have as many sentences in each language, three to six")
        if any(not 0 <= at < max(sizes) for twins in self.claims for at in twins.at):
            raise ValueError("a claim rests on a sentence that the evidence does not have")
        return self


def holds_twins(data: Path) -> bool:
    """Whether these are families and not single sentences, by the first line of the first file."""
    files = sorted(data.glob("*.jsonl")) if data.is_dir() else [data]
    first = next((line for file in files[:1] for _, line in numbered_lines(file)), b"")
    return b'"claims"' in first


def read_twins(data: Path = OWN_SET) -> list[Family]:
    """The families of all files of a folder, or of one file.

    :raises EvalUserError: a line does not fit; it is named.
    """
    return read_data(data, Family)
