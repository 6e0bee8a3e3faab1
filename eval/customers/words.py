"""What customers say in each language, and whom they play."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from eval.errors import EvalUserError
from guardrails.errors import PolicyError
from guardrails.yamlfile import load_yaml
from prompts.slots import slots

_Said = Annotated[str, Field(min_length=1)]


def _asks(text: str) -> str:
    if slots(text) != {"question"}:
        raise ValueError("it must contain {question}")
    return text


_Asking = Annotated[_Said, AfterValidator(_asks)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Personal(_Part):
    """A customer who says who they are.

    :param values: what of it nobody else may see.
    """

    says: _Asking
    values: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _values_are_said(self) -> Self:
        if missing := [value for value in self.values if value not in self.says]:
            raise ValueError(f"values: {missing[0]} is not in what the customer says")
        return self


class Impatient(_Part):
    first: _Asking
    gives_up: _Said


class Confused(_Part):
    again: _Said
    accepts: _Said


class Hostile(_Part):
    insults: _Said
    threatens: _Said


class CustomerWords(_Part):
    """``sets/customers/LANGUAGE.yaml``."""

    personal: Personal
    impatient: Impatient
    confused: Confused
    hostile: Hostile
    thanks: _Said


def read_words(folder: Path | None = None) -> dict[str, CustomerWords]:
    """By language, sorted.

    :raises EvalUserError: there are none, or a file is malformed.
    """
    folder = folder or Path(str(resources.files("eval") / "sets" / "customers"))
    files: Sequence[Path] = sorted(folder.glob("*.yaml"))
    if not files:
        raise EvalUserError(f"{folder}: no LANGUAGE.yaml in it, for example de.yaml")
    try:
        return {file.stem: load_yaml(file, CustomerWords) for file in files}
    except PolicyError as error:
        raise EvalUserError(" ".join(str(error).split())) from None
