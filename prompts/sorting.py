"""The prompt that asks which of some labels a ticket gets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prompts.answering import defused_line
from prompts.files import load
from prompts.messages import FamilyTemplate, Messages

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

SLOTS = frozenset({"field", "fence", "labels", "ticket"})

_TEMPLATE = Path(__file__).parent / "templates" / "sort.yaml"


class SortMessages(Messages):
    """The messages that ask for the number of a label."""

    slots_wanted = SLOTS


class SortTemplate(FamilyTemplate[SortMessages]):
    """``prompts/templates/sort.yaml``."""


def sort_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


def render_labels(labels: Sequence[tuple[str, str]], fence: str) -> str:
    """Labels with their descriptions (empty: none), numbered from 1, a line each."""
    return "\n".join(
        f"{number}. {defused_line(f'{label}: {about}' if about else label, fence)}"
        for number, (label, about) in enumerate(labels, start=1)
    )


@cache
def _template() -> SortTemplate:
    return load(_TEMPLATE, SortTemplate)
