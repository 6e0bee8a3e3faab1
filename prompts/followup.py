"""The prompt that makes a follow-up self-contained: the chat template and the conversation as it shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.answering import defused
from prompts.files import load
from prompts.slots import slots

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

SLOTS = frozenset({"language_english", "language_own", "fence", "conversation", "question"})
ANSWER_CHARACTERS = 300  # of each answer: it says what "it" is, and no more is wanted of it

_TEMPLATE = Path(__file__).parent / "templates" / "followup.yaml"


class ExchangeLike(Protocol):
    """An earlier question and its answer."""

    @property
    def question(self) -> str: ...
    @property
    def answer(self) -> str: ...


class FollowUpMessages(BaseModel):
    """The two messages of one family of models."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: str = Field(min_length=1)
    user: str = Field(min_length=1)

    @model_validator(mode="after")
    def _every_slot_is_used_and_known(self) -> Self:
        used = slots(self.system) | slots(self.user)
        if used != SLOTS:
            wrong = ", ".join(f"{{{name}}}" for name in sorted(used ^ SLOTS))
            raise ValueError(f"these slots are missing or unknown: {wrong}")
        return self


class FollowUpTemplate(BaseModel):
    """``prompts/templates/followup.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: FollowUpMessages
    families: dict[str, FollowUpMessages] = {}


def followup_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama``, ``mistral`` …; the default's for one without an entry.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    from langchain_core.prompts import ChatPromptTemplate

    template = _template()
    messages = template.families.get((family or "").lower(), template.default)
    return ChatPromptTemplate.from_messages([("system", messages.system.strip()), ("user", messages.user.strip())])


def render_conversation(exchanges: Sequence[ExchangeLike], fence: str) -> str:
    """The exchanges as the prompt shows them, oldest first; long answers cut, what looks like a fence defused."""
    return "\n".join(_rendered(exchange, fence) for exchange in exchanges)


def _rendered(exchange: ExchangeLike, fence: str) -> str:
    question = " ".join(defused(exchange.question, fence).split())
    answer = " ".join(defused(exchange.answer, fence).split())
    cut = answer if len(answer) <= ANSWER_CHARACTERS else answer[:ANSWER_CHARACTERS].rstrip() + " …"
    return f"Question: {question}\nAnswer: {cut or '-'}"


@cache
def _template() -> FollowUpTemplate:
    return load(_TEMPLATE, FollowUpTemplate)
