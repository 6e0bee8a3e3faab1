"""Who plays the customers: a rule, or a model whose words are taken only where they keep to the part."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.errors import ModelError
from app.models.model import ChatModel
from eval.customers.playing import PERSONAS, CustomerConversation, CustomerTurn, Persona
from guardrails.folding import primary_language
from guardrails.quantities import find_quantities, unmatched
from guardrails.yamlfile import load_yaml
from ingest.embedding.centring import CentredEmbedder
from ingest.languages.identify import UNDETERMINED, identify
from prompts.library import answer_language
from prompts.slots import fill, slots

_FILE = Path(__file__).with_name("played.yaml")
_SURE = 0.9  # that a text is in another language
_CITATION = re.compile(r"[\[［【]\d{1,2}[\]］】]")
_ASKS = re.compile(r"[?？؟]")
_MOST_TURNS = 6  # of the conversation that the model is shown
_LONGEST_ANSWER = 600  # characters of an answer that the model is shown


@dataclass(frozen=True)
class Said:
    """What somebody has said in a conversation."""

    customer: bool
    text: str


@dataclass(frozen=True)
class Played:
    """A customer's next words.

    :param missing: why they are the rule's and not the player's: ``empty``, ``too-long``, ``gave-up``,
        ``as-assistant``, ``wrong-language``, ``lost-figures``, ``lost-personal-data``, ``off-goal``, or
        ``model-timeout`` and the like; empty where the part was played. Such a turn is counted and never scored.
    """

    text: str
    missing: str = ""


class Player(Protocol):
    """Plays customers."""

    @property
    def name(self) -> str:
        """``rule``, or the model's."""
        ...

    def play(self, conversation: CustomerConversation, turn: CustomerTurn, so_far: Sequence[Said]) -> Played:
        """What the customer says at a turn."""
        ...


class RulePlayer:
    """Says what stands in the part, the same with every model under test."""

    name = "rule"

    def play(self, conversation: CustomerConversation, turn: CustomerTurn, so_far: Sequence[Said]) -> Played:
        """The turn's own words."""
        return Played(turn.text)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Part):
    """Bounds of what a model may say for a customer."""

    tokens: int = Field(gt=0)
    characters: int = Field(gt=0)
    seconds: float = Field(gt=0)
    least_similarity: float = Field(ge=-1, le=1)


class Direction(_Part):
    """``played.yaml``."""

    system: str
    user: str
    nothing_so_far: str
    customer: str
    assistant: str
    gives_up: str = Field(min_length=1)
    personas: dict[Persona, str]
    limits: Limits

    @model_validator(mode="after")
    def _is_whole(self) -> Direction:
        wanted = {"persona", "language_english", "language_own", "conversation", "goal"}
        if wrong := (slots(self.system) | slots(self.user)) ^ wanted:
            raise ValueError(f"these slots are missing or unknown: {', '.join(sorted(wrong))}")
        if missing := set(PERSONAS) - set(self.personas):
            raise ValueError(f"personas: {', '.join(sorted(missing))} is missing")
        return self


@cache
def direction() -> Direction:
    """How a model is asked to play.

    :raises PolicyError: the file is malformed, with the line.
    """
    return load_yaml(_FILE, Direction)


class ModelPlayer:
    """Lets a model say it in its own words, and falls back on the rule where it does not."""

    def __init__(self, model: ChatModel, embedder: CentredEmbedder) -> None:
        limits = direction().limits
        self._model = model.limited(limits.tokens, total_s=limits.seconds, silence_s=limits.seconds)
        self._embedder = embedder

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    def play(self, conversation: CustomerConversation, turn: CustomerTurn, so_far: Sequence[Said]) -> Played:
        """The model's words where they keep to the part, else the rule's with the reason."""
        try:
            written = self._written(conversation, turn, so_far)
        except ModelError as error:
            return Played(turn.text, f"model-{error.code}")
        text = _bare(written)
        missing = "too-long" if self._model.cut else self._fault(conversation, turn, so_far, text)
        return Played(turn.text, missing) if missing else Played(text)

    def _written(self, conversation: CustomerConversation, turn: CustomerTurn, so_far: Sequence[Said]) -> str:
        from langchain_core.messages import HumanMessage, SystemMessage

        play = direction()
        lines = [
            f"{play.customer if each.customer else play.assistant}: {each.text[:_LONGEST_ANSWER]}" for each in so_far
        ]
        values = {
            **answer_language(turn.language),
            "persona": play.personas[conversation.persona],
            "conversation": "\n".join(lines[-_MOST_TURNS:]) or play.nothing_so_far,
            "goal": turn.text,
        }
        messages = [SystemMessage(fill(play.system, values)), HumanMessage(fill(play.user, values))]
        return "".join(self._model.stream(messages, threading.Event()))

    def _fault(self, conversation: CustomerConversation, turn: CustomerTurn, so_far: Sequence[Said], text: str) -> str:
        play = direction()
        if not text:
            return "empty"
        if len(text) > play.limits.characters:
            return "too-long"
        if play.gives_up in text:
            return "gave-up"
        if _CITATION.search(text) or text.startswith(f"{play.assistant}:"):
            return "as-assistant"
        if _is_foreign(text, turn.language):
            return "wrong-language"
        if any(value in turn.text and value not in text for value in conversation.personal):
            return "lost-personal-data"
        if not _same_figures(text, turn):
            return "lost-figures"
        return self._distance(turn, so_far, text)

    def _distance(self, turn: CustomerTurn, so_far: Sequence[Said], text: str) -> str:
        """Whether the words want what the part wants, and are not the assistant's own over again."""
        goal = turn.golden.question if turn.golden else turn.text
        if turn.golden and _ASKS.search(goal) and not _ASKS.search(text):
            return "as-assistant"  # who asks nothing tells something
        answers = [each.text for each in so_far if not each.customer and each.text][-1:]
        texts = [text, goal, *answers]
        vectors = self._embedder.embed(texts, [turn.language] * len(texts), "query")
        wanted, *repeated = (float(vectors[0] @ other) for other in vectors[1:])
        if repeated and repeated[0] > max(wanted, direction().limits.least_similarity):
            return "as-assistant"
        return "off-goal" if wanted < direction().limits.least_similarity else ""


def _bare(written: str) -> str:
    """On one line, without the label and the quotation marks that models add unasked."""
    text = " ".join(written.split()).removeprefix(f"{direction().customer}:").strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] in "\"'“„«「" and text[-1] in "\"'”“»」" else text


def _is_foreign(text: str, language: str) -> bool:
    found = identify(text)
    return found.language not in (primary_language(language), UNDETERMINED) and found.confidence >= _SURE


def _same_figures(text: str, turn: CustomerTurn) -> bool:
    """Whether the question's numbers, amounts, dates and codes are all there, and no others."""
    asked = turn.golden.question if turn.golden else turn.text
    part, said = find_quantities(turn.text, turn.language), find_quantities(text, turn.language)
    return not unmatched(find_quantities(asked, turn.language), said) and not unmatched(said, part)
