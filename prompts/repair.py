"""The prompt that asks for one sentence of an answer once more, with what is wrong with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prompts.answering import NoAnswerMessages
from prompts.files import load
from prompts.messages import FamilyTemplate

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

SLOTS = frozenset({"language_english", "language_own", "fence", "passages", "question", "sentence", "findings"})

_TEMPLATE = Path(__file__).parent / "templates" / "repair.yaml"


class RepairMessages(NoAnswerMessages):
    """The messages that ask for a sentence in the place of a refused one."""

    slots_wanted = SLOTS


class RepairTemplate(FamilyTemplate[RepairMessages]):
    """``prompts/templates/repair.yaml``."""


def repair_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


def repair_texts() -> list[str]:
    """The words of every family's prompt: none of them belongs into an answer.

    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().texts()


@cache
def _template() -> RepairTemplate:
    return load(_TEMPLATE, RepairTemplate)
