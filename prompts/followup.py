"""The prompt that makes a follow-up self-contained: the chat template and the conversation as it shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from prompts.answering import defused_line
from prompts.files import load
from prompts.messages import FamilyTemplate, Messages

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


class FollowUpMessages(Messages):
    """The messages that ask for a self-contained question."""

    slots_wanted = SLOTS


class FollowUpTemplate(FamilyTemplate[FollowUpMessages]):
    """``prompts/templates/followup.yaml``."""


def followup_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


def render_conversation(exchanges: Sequence[ExchangeLike], fence: str) -> str:
    """The exchanges as the prompt shows them, oldest first; long answers cut, what looks like a fence defused."""
    return "\n".join(_rendered(exchange, fence) for exchange in exchanges)


def _rendered(exchange: ExchangeLike, fence: str) -> str:
    question = defused_line(exchange.question, fence)
    answer = defused_line(exchange.answer, fence)
    cut = answer if len(answer) <= ANSWER_CHARACTERS else answer[:ANSWER_CHARACTERS].rstrip() + " …"
    return f"Question: {question}\nAnswer: {cut or '-'}"


@cache
def _template() -> FollowUpTemplate:
    return load(_TEMPLATE, FollowUpTemplate)
