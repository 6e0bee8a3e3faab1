"""The prompt that asks for one line on what changed in a document."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prompts.answering import NoAnswerMessages
from prompts.files import load
from prompts.messages import FamilyTemplate

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

SLOTS = frozenset({"language_english", "language_own", "fence", "title", "changes"})

_TEMPLATE = Path(__file__).parent / "templates" / "update.yaml"


class UpdateMessages(NoAnswerMessages):
    """The messages that ask for the line."""

    slots_wanted = SLOTS


class UpdateTemplate(FamilyTemplate[UpdateMessages]):
    """``prompts/templates/update.yaml``."""


def update_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


@cache
def _template() -> UpdateTemplate:
    return load(_TEMPLATE, UpdateTemplate)
