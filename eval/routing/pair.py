"""Two simulated models with known error rates: what they write to a golden question."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from app.answers import Question, Usage
from app.models.tokens import least_tokens
from app.personal import Masking
from eval.suites.golden import GoldenQuestion
from guardrails.sections import Fraction, Section
from guardrails.yamlfile import load_yaml
from prompts.answering import NO_ANSWER

_FILE = Path(__file__).with_name("pair.yaml")
_ANSWERS = Path(__file__).with_name("answers.yaml")
_PASSAGE = re.compile(r"^\[(\d+)\] .*\n", re.MULTILINE)
_FENCE = re.compile(r"^=====PASSAGES-[0-9a-f]+=====$", re.MULTILINE)
_NOWHERE = "The fee is 4,711.37 dollars, and it has to be paid within 93 days"
_CHARACTERS_A_TOKEN = 4
_MILLION = 1_000_000
_SECOND_TRY = "Refused sentence:"  # of a prompt that asks for one sentence again

Mistake = Literal["", "invents", "gives_up", "strays"]


class Rates(Section):
    """Of each mistake; no two are made at once."""

    invents: Fraction
    gives_up: Fraction
    strays: Fraction

    @model_validator(mode="after")
    def _leave_room(self) -> Rates:
        if self.invents + self.gives_up + self.strays > 1:
            raise ValueError("the shares of mistakes come to more than 1")
        return self


class Price(Section):
    """Of a million tokens."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)

    def of(self, usage: Usage) -> float:
        """What so many tokens cost."""
        return (usage.prompt_tokens * self.prompt + usage.completion_tokens * self.completion) / _MILLION


class Simulated(Section):
    """One of the two."""

    tag: str
    languages: tuple[str, ...]
    own: Rates
    foreign: Rates
    unanswerable: Fraction
    first_token_ms: float = Field(ge=0)
    ms_per_token: float = Field(ge=0)
    price: Price

    @property
    def name(self) -> str:
        return f"ollama:{self.tag}"

    def mistake(self, golden: GoldenQuestion, seed: int) -> Mistake:
        """The mistake that it makes with this question, the same each time."""
        drawn = random.Random(f"{seed} {self.tag} {golden.id}").random()  # noqa: S311  # to be repeated, not secret
        if not golden.answerable:
            return "strays" if drawn < self.unanswerable else ""
        rates = self.own if golden.language in self.languages or "mul" in self.languages else self.foreign
        for mistake in ("invents", "gives_up", "strays"):
            share: float = getattr(rates, mistake)
            if drawn < share:
                return mistake
            drawn -= share
        return ""


class Pair(Section):
    """The file."""

    small: Simulated
    large: Simulated

    def of(self, tag: str) -> Simulated | None:
        """The model of that tag."""
        return next((each for each in (self.small, self.large) if each.tag == tag.removesuffix(":latest")), None)


@cache
def load_pair(path: Path = _FILE) -> Pair:
    """The pair.

    :raises PolicyError: with the file and the line, when it is not one.
    """
    return load_yaml(path, Pair)


@dataclass(frozen=True, slots=True)
class _Shown:
    number: int
    text: str


class Simulation:
    """Writes for both; whoever asks about anything but a golden question is told that there is no answer.

    :param seed: another one makes other mistakes, at the same rates.
    """

    def __init__(self, questions: Sequence[GoldenQuestion], seed: int = 0) -> None:
        self._seed = seed
        self._known = [(_as_sent(each), each) for each in questions]

    def write(self, model: Simulated, prompt: str) -> str:
        """What the model answers to a prompt."""
        parts = _FENCE.split(prompt)
        if len(parts) != 3 or _SECOND_TRY in parts[1]:
            return NO_ANSWER
        golden = next((golden for asked, golden in self._known if asked in parts[2]), None)
        if golden is None:
            return NO_ANSWER
        passages = _passages(parts[1])
        found = next((each for each in passages if golden.answerable and holds(each.text, golden.quote)), None)
        match model.mistake(golden, self._seed):
            case "strays":
                others = [each for each in passages if each != found]
                return f"{_first_sentence(others[0].text)} [{others[0].number}]" if others else NO_ANSWER
            case "invents" if found:
                return f"{_NOWHERE} [{found.number}]."
            case "" if found:
                # The words of a set of one's own are those of the passage.
                return f"{_answers().get(golden.id, golden.quote)} [{found.number}]."
        return NO_ANSWER


def tokens_in(text: str) -> int:
    """About as many as a real model would count."""
    return max(1, least_tokens(text), -(-len(text) // _CHARACTERS_A_TOKEN))


def holds(text: str, quote: str) -> bool:
    """Whether the words of a golden quote stand in ``text``, a row's cells on one line."""
    plain = " ".join(quote.split())
    if not plain:
        return False
    cells = [cell.strip() for cell in plain.split(" | ")]
    lines = [" ".join(text.split()), *(" ".join(line.split()) for line in text.splitlines())]
    return plain in lines[0] or any(all(cell in line for cell in cells) for line in lines[1:])


@cache
def _answers() -> dict[str, str]:
    import yaml

    return {str(id): str(words) for id, words in yaml.safe_load(_ANSWERS.read_text(encoding="utf-8")).items()}


def _passages(shown: str) -> list[_Shown]:
    _, *parts = _PASSAGE.split(shown)
    return [_Shown(int(number), text.strip()) for number, text in zip(parts[::2], parts[1::2], strict=True)]


def _first_sentence(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if len(line.split()) > 5] or text.splitlines()
    return re.split(r"(?<=[.!?。])\s", lines[-1])[0] if lines else text


def _as_sent(golden: GoldenQuestion) -> str:
    """The question as a model reads it, with placeholders for what is personal in it."""
    return Masking(Question(text=golden.question), golden.language).text(golden.question, golden.language)
