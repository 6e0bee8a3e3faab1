"""Chat templates with an entry for each family of models: the two messages, and which of them a model gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.slots import slots

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate


class Messages(BaseModel):
    """The two messages of one family of models; each kind of prompt names the slots that they have to use."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    slots_wanted: ClassVar[frozenset[str]]

    system: str = Field(min_length=1)
    user: str = Field(min_length=1)

    @model_validator(mode="after")
    def _every_slot_is_used_and_known(self) -> Self:
        used = slots(self.system) | slots(self.user)
        if used != self.slots_wanted:
            wrong = ", ".join(f"{{{name}}}" for name in sorted(used ^ self.slots_wanted))
            raise ValueError(f"these slots are missing or unknown: {wrong}")
        return self

    def chat_template(self) -> ChatPromptTemplate:
        """A system and a user message whose variables are the slots."""
        from langchain_core.prompts import ChatPromptTemplate

        return ChatPromptTemplate.from_messages([("system", self.system.strip()), ("user", self.user.strip())])


Wording = TypeVar("Wording", bound=Messages)


class FamilyTemplate(BaseModel, Generic[Wording]):
    """A file of ``prompts/templates``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: Wording
    families: dict[str, Wording] = {}

    def for_family(self, family: str | None) -> Wording:
        """The longest entry that ``family`` begins with, or the default."""
        name = (family or "").lower()
        fitting = [entry for entry in self.families if name.startswith(entry)]
        return self.families[max(fitting, key=len)] if fitting else self.default

    def texts(self) -> list[str]:
        """The messages of every family, each text once."""
        messages = [self.default, *self.families.values()]
        return list(dict.fromkeys(text for each in messages for text in (each.system, each.user)))
