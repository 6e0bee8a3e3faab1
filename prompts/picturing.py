"""The prompt that asks for the words in a picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prompts.files import load
from prompts.messages import FamilyTemplate, Messages

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

SLOTS = frozenset({"fence"})

_TEMPLATE = Path(__file__).parent / "templates" / "picture.yaml"


class PictureMessages(Messages):
    """The messages that ask for the words in a picture, which is put behind the second."""

    slots_wanted = SLOTS


class PictureTemplate(FamilyTemplate[PictureMessages]):
    """``prompts/templates/picture.yaml``."""


def picture_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.2-vision``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


@cache
def _template() -> PictureTemplate:
    return load(_TEMPLATE, PictureTemplate)
