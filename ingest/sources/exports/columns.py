"""Which column of a CSV export is which, read from ``columns.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel, model_validator

from ingest.yaml_text import read_yaml


class Columns(BaseModel):
    """The columns of one help desk's export, by the name they have in this code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    required: tuple[str, ...]
    telling: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _names_are_known(self) -> Columns:
        unknown = {*self.required, *self.telling} - self.columns.keys()
        if unknown:
            raise ValueError(f"no such columns: {', '.join(sorted(unknown))}")
        return self

    def named(self, heads: tuple[str, ...]) -> tuple[str, ...]:
        """The name of each column; empty for those that are not read."""
        names = {written: name for name, all_written in self.columns.items() for written in all_written}
        return tuple(names.get(head.casefold(), "") for head in heads)

    def fit(self, heads: tuple[str, ...]) -> bool:
        """Whether these are unmistakably the heads of this help desk's export."""
        names = set(self.named(heads))
        return names.issuperset(self.required) and not names.isdisjoint(self.telling)


class _File(RootModel[dict[str, Columns]]):
    pass


def columns(system: str) -> Columns:
    """The columns of ``zendesk``, ``freshdesk`` or ``jira``."""
    return _all()[system]


@cache
def _all() -> dict[str, Columns]:
    path = Path(__file__).with_name("columns.yaml")
    return _File.model_validate(read_yaml(path.read_text(encoding="utf-8"))).root


def cells_by_name(names: tuple[str, ...], cells: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The cells that are not empty, by the names of their columns; of equal columns all, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and cell.strip():
            found[name] = (*found.get(name, ()), cell.strip())
    return found
