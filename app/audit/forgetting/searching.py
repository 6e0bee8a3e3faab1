"""Looks for values in every file of a home, byte by byte."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.audit.errors import AuditError
from app.audit.forgetting.values import PersonalValue

MODELS = "models"  # under the home: what was downloaded or came along, and nothing of anybody's


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands.

    :param place: a file under the home with the offset in bytes, or a table of the database.
    :param type: of the value, which is not repeated here.
    """

    place: str
    type: str


def files_of(home: Path, leave_out: Collection[Path] = ()) -> list[Path]:
    """Every file of a home but the models."""
    found: list[Path] = []
    for each in sorted(home.iterdir()) if home.is_dir() else ():
        if each.name != MODELS and each not in leave_out:
            found += [each] if each.is_file() else sorted(path for path in each.rglob("*") if path.is_file())
    return found


def search_home(
    home: Path,
    values: Sequence[PersonalValue],
    leave_out: Collection[Path] = (),
    elsewhere: Sequence[Path] = (),
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> list[Place]:
    """The first place of each value in each file.

    :param elsewhere: files that belong to the home and are not in it.
    :raises AuditError: a file cannot be read, so that nobody knows.
    """
    forms = [(each, form) for each in values if each.can_be_searched for form in sorted(each.encoded())]
    files = [*files_of(home, leave_out), *elsewhere]
    found: list[Place] = []
    for done, path in enumerate(files, 1):
        for value, at in _in_file(path, forms):
            name = path.relative_to(home) if path.is_relative_to(home) else path
            found.append(Place(f"{name}, byte {at}", value.type))
        progress(done, len(files))
    return found


def _in_file(path: Path, forms: Sequence[tuple[PersonalValue, bytes]]) -> Iterator[tuple[PersonalValue, int]]:
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
                known: set[PersonalValue] = set()
                for value, form in forms:
                    if value not in known and (at := _as_word(held, form)) >= 0:
                        known.add(value)
                        yield value, at
    except FileNotFoundError:
        return  # a file that somebody was just writing beside its place
    except (OSError, ValueError) as error:
        raise AuditError(f"{path} cannot be read: {error}; run this again") from error


def _as_word(held: mmap.mmap, form: bytes) -> int:
    """Where it stands with no letter or digit of ASCII beside it, which would make it part of another word."""
    at = held.find(form)
    while at >= 0:
        before, after = held[at - 1 : at] if at else b"", held[at + len(form) : at + len(form) + 1]
        starts = not (before.isalnum() and form[:1].isalnum())
        ends = not (after.isalnum() and form[-1:].isalnum())
        if starts and ends:
            return at
        at = held.find(form, at + 1)
    return -1
