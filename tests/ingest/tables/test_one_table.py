"""A sheet that is told to be one table is what ``partition_xlsx`` finds in it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ingest.parsing.blocks import Heading, Table
from ingest.parsing.office import spreadsheets
from ingest.parsing.office.one_table import one_table
from ingest.parsing.office.sheet_grid import Grid

SHEETS = 400


def grid(chance: random.Random) -> Grid:
    """Rows with holes, short ones, titles above and notes below, gaps between."""
    columns, dense = chance.randint(1, 5), chance.choice((0.3, 0.7, 0.95, 1.0))
    core = [
        [f"c{row}{column}" if chance.random() < dense else "" for column in range(columns)]
        for row in range(chance.randint(0, 6))
    ]
    core = [row[: chance.randint(1, columns)] if chance.random() < 0.1 else row for row in core]
    single = [[""] * chance.randrange(columns) + [f"title {at}"] for at in range(chance.randint(0, 2))]
    notes = [[""] * chance.randrange(columns + 1) + [f"note {at}"] for at in range(chance.randint(0, 2))]
    gap: Grid = [[""]] if chance.random() < 0.3 else []
    return [*single, *gap, *core, *(gap if chance.random() < 0.5 else []), *notes]


@pytest.mark.parametrize("seed", range(4))
def test_random_sheets_read_the_same_either_way(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    sheets = [rows for rows in (grid(chance) for _ in range(SHEETS // 4)) if any(map(any, rows))]
    plain = [one_table(rows) is not None for rows in sheets]
    assert 0.2 < sum(plain) / len(plain) < 0.9
    named = [(str(number), rows) for number, rows in enumerate(sheets)]
    found = list(spreadsheets._blocks(named, named=True))
    monkeypatch.setattr(spreadsheets, "one_table", lambda rows: None)
    assert found == list(spreadsheets._blocks(named, named=True))


def test_a_plain_table_needs_no_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "elements", None)  # whoever calls it fails
    data = "Fees for returns\nCountry;Days;Fee\nPoland;30\nJapan;14;¥1,200\n".encode()
    extract = spreadsheets.extract_delimited(Path("fees.csv"), data)
    rows = (("Country", "Days", "Fee"), ("Poland", "30", ""), ("Japan", "14", "¥1,200"))
    assert extract.blocks == [Heading(3, "Fees for returns"), Table(rows, 1)]


@pytest.mark.parametrize(
    "rows",
    [
        [["a", "b"], ["", ""], ["c", "d"]],
        [["a", "b"], ["", "d"], ["e", ""], ["f", "g"]],
        [["only"], ["texts"]],
    ],
)
def test_where_a_column_is_not_filled_throughout_nothing_is_told(rows: Grid) -> None:
    assert one_table(rows) is None
