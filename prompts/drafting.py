"""The prompt of a reply to a customer: how the company writes, and what an agent asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.answering import NoAnswerMessages
from prompts.files import load
from prompts.messages import FamilyTemplate
from prompts.slots import fill, slots

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

Manner = Literal["formal", "informal"]
SLOTS = frozenset(
    {"language_english", "language_own", "fence", "passages", "question", "company", "manner", "length", "remark"}
)

_TEMPLATE = Path(__file__).parent / "templates" / "draft.yaml"


class DraftMessages(NoAnswerMessages):
    """The messages that ask for a reply to a customer."""

    slots_wanted = SLOTS


class _Manners(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    formal: str = Field(min_length=1)
    informal: str = Field(min_length=1)


class _Lengths(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    usual: str = Field(min_length=1)
    brief: str = Field(min_length=1)


class DraftTemplate(FamilyTemplate[DraftMessages]):
    """``prompts/templates/draft.yaml``."""

    manners: _Manners
    lengths: _Lengths
    remark: str
    no_remark: str

    @model_validator(mode="after")
    def _remark_has_its_slot(self) -> Self:
        if slots(self.remark) != {"said"} or slots(self.no_remark):
            raise ValueError("remark must contain {said}, and no_remark no slots")
        return self


def draft_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


def draft_slots(company: str, manner: Manner, brief: bool, remark: str) -> dict[str, str]:
    """The values of ``company``, ``manner``, ``length`` and ``remark``.

    :param remark: of the agent, on one line; empty for none.
    """
    template = _template()
    return {
        "company": company,
        "manner": getattr(template.manners, manner),
        "length": template.lengths.brief if brief else template.lengths.usual,
        "remark": fill(template.remark, {"said": remark}) if remark else template.no_remark,
    }


def draft_texts() -> list[str]:
    """The words of every family's prompt: none of them belongs into a reply.

    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().texts()


@cache
def _template() -> DraftTemplate:
    return load(_TEMPLATE, DraftTemplate)
