"""The prompt of a grounded answer: the chat template and the passages as it shows them.

The budget is the caller's: only the app knows the model's context and counts its tokens. It takes
the tokens of the messages with no passage in them, and those it reserves for the answer, off the
context; then adds passages best first, counting each as ``render_passages([passage], fence)``
gives it, while they fit. A passage that does not fit is left out whole, never cut: a sentence cut
in two is no evidence. ``new_fence`` is called once a request.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from pydantic import model_validator

from prompts.files import load
from prompts.messages import FamilyTemplate, Messages

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

NO_ANSWER = "NO_ANSWER"  # what the model writes, alone, when the passages do not answer
SLOTS = frozenset({"language_english", "language_own", "fence", "passages", "question"})

_TEMPLATE = Path(__file__).parent / "templates" / "answer.yaml"
_FENCE_BYTES = 8
_HISTORY = "an earlier ticket of this customer, not a rule"


class PassageLike(Protocol):
    """What the prompt shows of a passage; ``number`` is what the answer cites, ``date`` is ISO 8601.

    ``is_history`` marks an earlier ticket of the customer, which is no rule.
    """

    @property
    def number(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> tuple[str, ...]: ...
    @property
    def text(self) -> str: ...
    @property
    def date(self) -> str | None: ...
    @property
    def is_history(self) -> bool: ...


class NoAnswerMessages(Messages):
    """Messages that leave the model a way to say that the passages do not answer."""

    @model_validator(mode="after")
    def _no_answer_is_explained(self) -> Self:
        if NO_ANSWER not in self.system:
            raise ValueError(f"system must say when to write {NO_ANSWER}")
        return self


class AnswerMessages(NoAnswerMessages):
    """The messages of a grounded answer."""

    slots_wanted = SLOTS


class AnswerTemplate(FamilyTemplate[AnswerMessages]):
    """``prompts/templates/answer.yaml``."""


def answer_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


def prompt_texts() -> list[str]:
    """The words of every family's prompt, as the template file has them: none of them belongs into an answer.

    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().texts()


def new_fence() -> str:
    """A delimiter that no document can have foreseen."""
    return f"=====PASSAGES-{secrets.token_hex(_FENCE_BYTES)}====="


def render_passages(passages: Sequence[PassageLike], fence: str) -> str:
    """The passages as the prompt shows them: number, title, heading, date and whether it is history, then the text.

    Whatever in a passage looks like this request's fence, like any other fence, or like the
    number of a passage at the start of a line, is defused.
    """
    return "\n\n".join(_rendered(passage, fence) for passage in passages)


def _rendered(passage: PassageLike, fence: str) -> str:
    head = " > ".join(part for part in (passage.title, *passage.heading) if part)
    dated = f" ({defused_line(passage.date, fence)})" if passage.date else ""
    history = f" ({_HISTORY})" if passage.is_history else ""
    return f"[{passage.number}] {defused_line(head, fence)}{dated}{history}\n{defused(passage.text, fence)}"


_ANY_FENCE = re.compile(r"=*PASSAGES-[0-9a-f]*=*", re.IGNORECASE)
_CHAT_MARK = re.compile(r"<\|[^|<>\n]{0,40}\|>|\[/?INST\]|<</?SYS>>|</?s>", re.IGNORECASE)
_NUMBER_AT_START = re.compile(r"^(\s*)\[(\d+)\]", re.MULTILINE)


def defused(text: str, fence: str) -> str:
    """``text`` without what hides in it or looks like a fence, a chat template's mark or a passage's number."""
    visible = "".join(character for character in text if not _is_invisible(character))
    harmless = visible.replace(fence, " ")
    for pattern in (_ANY_FENCE, _CHAT_MARK):
        # A space, not nothing: what is left on both sides must not close up to a new mark.
        harmless = pattern.sub(" ", harmless)
    return _NUMBER_AT_START.sub(r"\1(\2)", harmless).strip()


def defused_line(text: str, fence: str) -> str:
    """The same on one line."""
    return " ".join(defused(text, fence).split())


def _is_invisible(character: str) -> bool:
    """Format characters can hide text from people; the two joiners are spelling in Persian and Hindi."""
    return unicodedata.category(character) == "Cf" and character not in "\u200c\u200d"


@cache
def _template() -> AnswerTemplate:
    return load(_TEMPLATE, AnswerTemplate)
