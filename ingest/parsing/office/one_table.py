"""Sheets that are one table, which most are, told without ``partition_xlsx``.

It wants a workbook, which would have to be written, and read by it twice, to find what is plain to see.
"""

from __future__ import annotations

from itertools import takewhile, zip_longest
from typing import NamedTuple

from ingest.parsing.office.sheet_grid import Grid


class OneTable(NamedTuple):
    """All that a sheet holds."""

    above: list[str]
    rows: Grid
    below: list[str]


def one_table(grid: Grid) -> OneTable | None:
    """What ``partition_xlsx`` would find in these rows, or nothing where it might find several tables.

    Cells that touch are a table to it, and tables that share rows are one: a column that is filled throughout joins all
    rows. A row with a single cell is a text where it comes before or after the others.
    """
    above = _texts(grid)
    below = [] if len(above) == len(grid) else _texts(grid[::-1])[::-1]
    rows = grid[len(above) : len(grid) - len(below)]
    if not any(map(all, zip_longest(*rows, fillvalue=""))):
        return None
    return OneTable(list(filter(None, above)), rows, list(filter(None, below)))


def _texts(rows: Grid) -> list[str]:
    """Of the first rows that have one filled cell or none, that cell."""
    return ["".join(row) for row in takewhile(lambda row: sum(map(bool, row)) < 2, rows)]
