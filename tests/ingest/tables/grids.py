"""The tables of ``tables.yaml``: what is merged with what, and which cells are asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent
LONG = "long"
_LEFT, _ABOVE = "<", "^"


class Ask(NamedTuple):
    cell: str
    row: tuple[str, ...]
    column: tuple[str, ...]


class Cell(NamedTuple):
    text: str
    row: int
    column: int
    rows: int
    columns: int


class Grid(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    caption: str
    header_rows: int
    row_headers: int = 1
    direction: str = "ltr"
    rows: list[list[str]] = Field(min_length=2)
    asks: list[Ask]

    def cells(self) -> list[Cell]:
        """The cells with how far each is merged, row by row."""
        found = []
        for row, texts in enumerate(self.rows):
            for column, text in enumerate(texts):
                if text not in (_LEFT, _ABOVE):
                    found.append(self._cell(text, row, column))
        return found

    def _cell(self, text: str, row: int, column: int) -> Cell:
        columns = 1
        while column + columns < len(self.rows[row]) and self.rows[row][column + columns] == _LEFT:
            columns += 1
        rows = 1
        while row + rows < len(self.rows) and self.rows[row + rows][column] == _ABOVE:
            rows += 1
        return Cell(text, row, column, rows, columns)


@cache
def grids() -> dict[str, Grid]:
    """Every table by name; ``long`` has more rows than a chunk can hold."""
    raw = yaml.safe_load((FOLDER / "tables.yaml").read_text(encoding="utf-8"))
    return {name: Grid.model_validate(grid) for name, grid in raw.items()} | {LONG: _long()}


def _long() -> Grid:
    header = [["Postcode area", "Van", "<", "Two-person team"], ["^", "Morning", "Evening", "Any time"]]
    body = [[f"Area {n:02d}", f"£{n}.10", f"£{n}.35", f"£{n + 40}.99"] for n in range(10, 70)]
    asks = [
        Ask("£10.35", ("Area 10",), ("Van", "Evening")),
        Ask("£38.10", ("Area 38",), ("Van", "Morning")),
        Ask("£91.99", ("Area 51",), ("Two-person team", "Any time")),
        Ask("£69.35", ("Area 69",), ("Van", "Evening")),
    ]
    return Grid(caption="Delivery by postcode area", header_rows=2, rows=header + body, asks=asks)
