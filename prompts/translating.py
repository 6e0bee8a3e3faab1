"""The prompt that asks for one sentence in another language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prompts.files import load
from prompts.messages import FamilyTemplate, Messages

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

SLOTS = frozenset({"language_english", "language_own", "fence", "sentence"})

_TEMPLATE = Path(__file__).parent / "templates" / "translate.yaml"


class TranslationMessages(Messages):
    """The messages that ask for a translation."""

    slots_wanted = SLOTS


class TranslationTemplate(FamilyTemplate[TranslationMessages]):
    """``prompts/templates/translate.yaml``."""


def translation_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


@cache
def _template() -> TranslationTemplate:
    return load(_TEMPLATE, TranslationTemplate)
