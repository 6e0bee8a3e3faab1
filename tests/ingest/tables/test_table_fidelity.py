"""A cell asked for is found together with the names of its row and of its column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from ingest.chunking import chunk, embedding_text
from ingest.documents import Chunk, ParsedDocument
from ingest.parsing import parse_file
from ingest.parsing.cleaning import clean, one_line
from tests.ingest.tables.grids import FOLDER, LONG, Ask, Grid, grids
from tests.ingest.tables.make_pdfs import FIXTURES
from tests.ingest.tables.office import write_crowded_xlsx, write_docx, write_nested_docx, write_xlsx
from tests.ingest.tables.web import html_page, html_table, pipe_table

MAX_TOKENS = 220


class Tally(NamedTuple):
    """How many of the cells asked for are with their names in one chunk, in one row, and right behind the column's."""

    asked: int
    in_chunk: int
    in_row: int
    named: int
    missed: tuple[str, ...]


def tokens(texts: Sequence[str]) -> list[int]:
    """A stand-in for the model's own: two for a word, and one for two letters where words are not spaced."""
    return [max(2 * len(text.split()), len(text.encode()) // 4) for text in texts]


def chunks(document: ParsedDocument) -> list[Chunk]:
    return chunk(document, lambda text: "en", tokens, MAX_TOKENS)


def tally(document: ParsedDocument, tables: Sequence[Grid]) -> Tally:
    made = chunks(document)
    texts = [embedding_text(one, document.title) for one in made]
    units = [unit.text for one in made for unit in one.units]
    asks = [ask for table in tables for ask in table.asks]
    in_chunk = [_together(ask, texts) for ask in asks]
    in_row = [_together(ask, units) for ask in asks]
    named = [any(_named(ask, unit) for unit in units) for ask in asks]
    missed = tuple(
        f"{ask.cell} | {' > '.join(ask.row)} | {' > '.join(ask.column)}"
        for ask, chunk_has, row_has in zip(asks, in_chunk, in_row, strict=True)
        if not (chunk_has and row_has)
    )
    return Tally(len(asks), sum(in_chunk), sum(in_row), sum(named), missed)


def _together(ask: Ask, texts: Sequence[str]) -> bool:
    words = [one_line(clean(part)) for part in (ask.cell, *ask.row, *ask.column)]
    return any(all(word in text for word in words) for text in texts)


def _named(ask: Ask, unit: str) -> bool:
    """Whether the cell's own column, or for a list of facts its row, is what stands in front of it."""
    name = one_line(clean(" / ".join(ask.column or ask.row)))
    start = unit.find(f"{name}: ")
    end = unit.find("; ", start)
    cell = one_line(clean(ask.cell))
    within = unit[start : end if end > 0 else None]
    return start >= 0 and (cell in within or cell in unit[start:][: len(name) + 120]) and ask.row[-1] in unit


def html_marked(folder: Path) -> Iterator[Tally]:
    yield _html(folder, ["shipping", "warranty", "retours", "rusum", "grouped", LONG], marked=True)


def html_bare(folder: Path) -> Iterator[Tally]:
    yield _html(folder, ["haisou", "thai", "limits", "years", "evidence", "facts"], marked=False)


def _html(folder: Path, names: list[str], *, marked: bool) -> Tally:
    tables = [grids()[name] for name in names]
    path = folder / f"rules-{marked}.html"
    path.write_text(html_page("House rules", [html_table(one, marked=marked) for one in tables]), encoding="utf-8")
    return tally(parse_file(path), tables)


def docx_files(folder: Path) -> Iterator[Tally]:
    for repeated, names in (
        (True, ["shipping", "warranty", "retours", "haisou", "limits", LONG]),
        (False, ["rusum", "thai", "hindi", "evidence", "grouped", "years", "facts"]),
    ):
        tables = [grids()[name] for name in names]
        write_docx(folder / f"{repeated}.docx", tables, repeated=repeated)
        yield tally(parse_file(folder / f"{repeated}.docx"), tables)


def xlsx_files(folder: Path) -> Iterator[Tally]:
    names = ["shipping", "warranty", "retours", "rusum", "haisou", "grouped", "limits", "years", "facts", LONG]
    tables = [grids()[name] for name in names]
    write_xlsx(folder / "rules.xlsx", tables)
    yield tally(parse_file(folder / "rules.xlsx"), tables)
    write_crowded_xlsx(folder / "crowded.xlsx", grids()["thai"], grids()["shipping"])
    yield tally(parse_file(folder / "crowded.xlsx"), [grids()["thai"], grids()["shipping"]])


def pdf_files(folder: Path) -> Iterator[Tally]:
    for name, tables in FIXTURES.items():
        yield tally(parse_file(FOLDER / "data" / f"{name}.pdf"), [grids()[table] for table in tables])


def markdown_files(folder: Path) -> Iterator[Tally]:
    flat = [grids()[name] for name in ("thai", "hindi", "evidence", "years")]
    wide = _long_flat()
    merged = [grids()[name] for name in ("shipping", "limits", "warranty")]
    parts = [f"## {one.caption}\n\nThe rules:\n\n{pipe_table(one)}\n" for one in (*flat, wide)]
    parts += [f"## {one.caption}\n\n{html_table(one)}\n" for one in merged]
    (folder / "rules.md").write_text("# House rules\n\n" + "\n".join(parts), encoding="utf-8")
    yield tally(parse_file(folder / "rules.md"), [*flat, wide, *merged])


def _long_flat() -> Grid:
    """The long table with the two lines of its header in one."""
    long = grids()[LONG]
    header = ["Postcode area", "Van / Morning", "Van / Evening", "Two-person team / Any time"]
    asks = [ask._replace(column=(" / ".join(ask.column),)) for ask in long.asks]
    return long.model_copy(update={"rows": [header, *long.rows[2:]], "header_rows": 1, "asks": asks})


FORMATS: dict[str, tuple[Callable[[Path], Iterator[Tally]], ...]] = {
    "docx": (docx_files,),
    "xlsx": (xlsx_files,),
    "pdf": (pdf_files,),
    "html": (html_marked, html_bare),
    "markdown": (markdown_files,),
}


@pytest.fixture(scope="module")
def tallies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tally]:
    found = {}
    for name, readers in FORMATS.items():
        parts = [part for reader in readers for part in reader(tmp_path_factory.mktemp(name))]
        asked, in_chunk, in_row, named, missed = zip(*parts, strict=True)
        found[name] = Tally(sum(asked), sum(in_chunk), sum(in_row), sum(named), sum(missed, ()))
        print(f"\n{name}: {found[name]}")
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_cells_are_in_a_chunk_and_a_row_with_their_headers(tallies: dict[str, Tally], name: str) -> None:
    found = tallies[name]
    assert found.asked >= 20
    assert min(found.in_chunk, found.in_row) >= found.asked - 1, found.missed
    assert found.named >= 0.95 * found.asked


def test_95_of_100_cells_are_found_with_their_headers(tallies: dict[str, Tally]) -> None:
    asked = sum(found.asked for found in tallies.values())
    assert asked >= 100
    for kind in ("in_chunk", "in_row", "named"):
        assert sum(getattr(found, kind) for found in tallies.values()) >= 0.95 * asked, kind


def test_a_table_longer_than_a_chunk_keeps_every_row_and_repeats_its_header(tmp_path: Path) -> None:
    write_docx(tmp_path / "long.docx", [grids()[LONG]])
    made = chunks(parse_file(tmp_path / "long.docx"))
    with_rows = [one for one in made if any("Area" in unit.text for unit in one.units)]
    assert len(with_rows) > 5
    header = "| Postcode area | Van / Morning | Van / Evening | Two-person team / Any time |"
    assert {one.header for one in with_rows} == {header}
    assert sum("Postcode area: Area" in unit.text for one in made for unit in one.units) == 60


@pytest.mark.parametrize("name", ["long-ruled", "long-lines"])
def test_no_row_is_lost_where_a_table_goes_over_pages(name: str) -> None:
    document = parse_file(FOLDER / "data" / f"{name}.pdf")
    rows = [unit.text for section in document.sections for unit in section.units if "Postcode area: Area" in unit.text]
    assert len({section.page for section in document.sections}) == 2
    assert [row.split(";")[0] for row in rows] == [f"Postcode area: Area {number}" for number in range(10, 70)]
    assert all(f"Van / Evening: £{number}.35" in row for number, row in enumerate(rows, 10))


def test_a_table_inside_a_cell_is_said_in_the_row_of_that_cell(tmp_path: Path) -> None:
    write_nested_docx(tmp_path / "nested.docx", grids()["thai"], grids()["facts"], (2, 1))
    inner = html_table(grids()["facts"], marked=False)
    outer = (
        "<tr><th>Region</th><th>Terms</th></tr><tr><td>Polska</td><td>{}</td></tr><tr><td>Norge</td><td>30</td></tr>"
    )
    (tmp_path / "nested.html").write_text(f"<table>{outer.format(inner)}</table>", encoding="utf-8")
    for name, row in (("nested.docx", "โคมไฟ"), ("nested.html", "Polska")):
        units = [unit.text for one in chunks(parse_file(tmp_path / name)) for unit in one.units]
        assert [row in unit for unit in units if "Koszt odesłania: 14,99 zł" in unit] == [True]
