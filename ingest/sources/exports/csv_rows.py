"""Rows of a CSV export one by one, each with where it is in the file."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ingest.errors import DocumentError

MAX_ROW_BYTES = 16_000_000
MAX_CELL = 10_000_000  # characters; Jira puts a whole comment in a cell

_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one record; ``number`` counts records behind the header from 1."""

    number: int
    start: int
    end: int
    cells: tuple[str, ...]


def header(path: Path) -> tuple[tuple[str, ...], str]:
    """The first row and its delimiter; an empty row where this is no text in columns.

    :raises OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        data = stream.read(1_000_000)
    text = _decoded_head(data)
    first = text.lstrip("\ufeff").splitlines()[:1]
    if not first or "\x00" in text[:1000]:
        return (), ","
    delimiter = max(_DELIMITERS, key=first[0].count)
    try:
        cells = next(csv.reader([first[0]], delimiter=delimiter), [])
    except csv.Error:
        return (), ","
    return tuple(cell.strip() for cell in cells), delimiter


def csv_rows(path: Path, delimiter: str) -> Iterator[Row]:
    """Every row behind the header.

    :raises DocumentError: the file is not in UTF-8, or a quotation mark is never closed.
    :raises OSError: the file cannot be read.
    """
    csv.field_size_limit(MAX_CELL)
    with path.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise DocumentError("wrong-format", f"{path.name}: written in UTF-16; save it as CSV UTF-8")
        stream.seek(0)
        place = _Place()
        reader = csv.reader(_text_lines(stream, place), delimiter=delimiter)
        start = 0
        try:
            for number, cells in enumerate(reader):
                if number and any(cells):
                    yield Row(number, start, place.end, tuple(cells))
                start = place.end
        except csv.Error as error:
            wrong = f"{path.name}: cannot be read on from byte {start} ({error}); export it again"
            raise DocumentError("wrong-format", wrong) from None


def read_row(stream: IO[bytes], start: int, end: int, delimiter: str) -> tuple[str, ...]:
    """The cells of the row at these bytes; none when there is no row."""
    stream.seek(start)
    text = stream.read(end - start).decode("utf-8", "surrogateescape").replace("\x00", "")
    return tuple(next(csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter), ()))


class _Place:
    """How many bytes the reader has taken so far."""

    end = 0


def _text_lines(stream: IO[bytes], place: _Place) -> Iterator[str]:
    # A byte that is not UTF-8 becomes a lone surrogate, which spoils its own row and no other.
    while line := stream.readline(MAX_ROW_BYTES):
        text = line.decode("utf-8", "surrogateescape")
        if place.end == 0:
            text = text.removeprefix("\ufeff")
        place.end += len(line)
        yield text.replace("\x00", "")


def _decoded_head(data: bytes) -> str:
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if data.startswith(mark):
            return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")
