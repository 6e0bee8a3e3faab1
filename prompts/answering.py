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

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.files import load
from prompts.slots import slots

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


class Messages(BaseModel):
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
        if NO_ANSWER not in self.system:
            raise ValueError(f"system must say when to write {NO_ANSWER}")
        return self


class AnswerTemplate(BaseModel):
    """``prompts/templates/answer.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: Messages
    families: dict[str, Messages] = {}

    def for_family(self, family: str | None) -> Messages:
        """The longest entry that ``family`` begins with, or the default."""
        name = (family or "").lower()
        fitting = [entry for entry in self.families if name.startswith(entry)]
        return self.families[max(fitting, key=len)] if fitting else self.default


def answer_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    from langchain_core.prompts import ChatPromptTemplate

    messages = _template().for_family(family)
    return ChatPromptTemplate.from_messages([("system", messages.system.strip()), ("user", messages.user.strip())])


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
    dated = f" ({_line(passage.date, fence)})" if passage.date else ""
    history = f" ({_HISTORY})" if passage.is_history else ""
    return f"[{passage.number}] {_line(head, fence)}{dated}{history}\n{defused(passage.text, fence)}"


def _line(text: str, fence: str) -> str:
    return " ".join(defused(text, fence).split())


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


def _is_invisible(character: str) -> bool:
    """Format characters can hide text from people; the two joiners are spelling in Persian and Hindi."""
    return unicodedata.category(character) == "Cf" and character not in "\u200c\u200d"


@cache
def _template() -> AnswerTemplate:
    return load(_TEMPLATE, AnswerTemplate)
