"""The corpus in a folder."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.hostile.good import good_files
from tests.ingest.hostile.office import office_files
from tests.ingest.hostile.texts import text_files

READABLE = "readable"


def make_hostile(folder: Path) -> dict[str, str]:
    """Writes the hostile and broken files.

    :return: for each name the code it is refused with, or ``readable``, or ``readable+CODE`` where it is read and
        has that finding.
    """
    expected: dict[str, str] = {}
    for made in (office_files(), text_files()):
        for name, data, code in made:
            assert name not in expected
            (folder / name).write_bytes(data)
            expected[name] = code
    return expected


def make_good(folder: Path) -> list[str]:
    """Writes the good files; their names."""
    names = []
    for name, data in good_files():
        (folder / name).write_bytes(data)
        names.append(name)
    return names
