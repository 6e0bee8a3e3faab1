"""Data sets in JSON lines: one record a line, checked; a bad line is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from eval.errors import EvalUserError

_BOM = b"\xef\xbb\xbf"
Record = TypeVar("Record", bound=BaseModel)


def read_records(file: Path, record: type[Record]) -> Iterator[tuple[int, Record]]:
    """The records of a file with their line numbers; blank lines are passed over.

    :raises EvalUserError: the file cannot be read, or a line is no such record.
    """
    for number, line in numbered_lines(file):
        try:
            yield number, record.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise EvalUserError(f"{file}:{number}: {field or 'the line'}: {first['msg']}") from None


def read_data(data: Path, record: type[Record]) -> list[Record]:
    """All records of a file, or of the ``*.jsonl`` files of a folder.

    :raises EvalUserError: a file cannot be read or holds none, there is no file, or a line is no record.
    """
    files = sorted(data.glob("*.jsonl")) if data.is_dir() else [data]
    if not files:
        raise EvalUserError(f"{data}: no *.jsonl file in it; give a file of JSON lines or a folder of them")
    return [each for file in files for each in _records_of(file, record)]


def _records_of(file: Path, record: type[Record]) -> list[Record]:
    records = [each for _, each in read_records(file, record)]
    if not records:
        raise EvalUserError(f"{file}: nothing in it; write one JSON object a line")
    return records


def numbered_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that hold something, with their numbers from 1.

    Bytes, since a text may hold the separators of lines that Unicode has beside the line feed.

    :raises EvalUserError: the file cannot be read.
    """
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                held = (line.removeprefix(_BOM) if number == 1 else line).strip()
                if held:
                    yield number, held
    except OSError as error:
        raise EvalUserError(f"{file}: cannot be read ({error.strerror}); check the path") from None
