"""What happens to a folder of policies between two ingests: changes, renames, removals, additions, future versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

from eval.corpus.folder import document_number, generated_files, write_page
from eval.corpus.formats import render
from eval.corpus.page import compose
from eval.errors import EvalUserError

FUTURE = date(2030, 1, 1)
_TITLE_FROM_NAME = frozenset({".csv"})  # renaming one gives it another title, which is embedded with every chunk
_TABLES = frozenset({".csv", ".xlsx"})  # what is a paragraph elsewhere is spread over their rows


@dataclass(frozen=True, slots=True)
class Edits:
    """The files that were edited, each document in one way only."""

    changed: tuple[Path, ...] = ()
    renamed: tuple[tuple[Path, Path], ...] = ()  # from, to
    removed: tuple[Path, ...] = ()
    added: tuple[Path, ...] = ()
    future: tuple[Path, ...] = ()


def edit(
    folder: Path,
    *,
    seed: int = 0,
    revision: int = 1,
    change: int = 0,
    rename: int = 0,
    remove: int = 0,
    add: int = 0,
    future: int = 0,
) -> Edits:
    """Edit a generated folder; the same arguments on the same folder do the same.

    :param seed: the one the folder was generated with.
    :param revision: from 1; another one chooses other documents and writes other words.
    :param change: how many documents get another text in one paragraph; never a CSV or XLSX, which has none.
    :param rename: how many files get another name and keep their bytes; never a CSV, whose title is its name.
    :param remove: how many files are deleted.
    :param add: how many documents are added, with the numbers after the last.
    :param future: how many documents get a version that takes effect on 2030-01-01, as ``name@2030-01-01.md``.
    :raises EvalUserError: the folder holds too few documents.
    """
    files = generated_files(folder)
    following = document_number(files[-1]) + 1 if files else 0
    Random(f"{seed}:edits:{revision}").shuffle(files)  # noqa: S311  # no secret is made of it
    renamed = _take(files, rename, _TITLE_FROM_NAME)
    changed = _take(files, change, _TABLES)
    removed, planned = _take(files, remove), _take(files, future)
    if [len(renamed), len(changed), len(removed), len(planned)] != [rename, change, remove, future]:
        raise EvalUserError(f"{folder}: too few documents for these edits; generate more")
    return Edits(
        changed=tuple(_change(file, seed, revision) for file in changed),
        renamed=tuple((file, _rename(file, revision)) for file in renamed),
        removed=tuple(_remove(file) for file in removed),
        future=tuple(_plan_ahead(file, seed, revision) for file in planned),
        added=tuple(write_page(folder, compose(following + at, seed)) for at in range(add)),
    )


def _take(files: list[Path], most: int, without: frozenset[str] = frozenset()) -> list[Path]:
    """Remove up to ``most`` files from ``files`` and return them; none with a suffix in ``without``."""
    taken = [file for file in files if file.suffix not in without][:most]
    files[:] = [file for file in files if file not in taken]
    return taken


def _change(file: Path, seed: int, revision: int) -> Path:
    file.write_bytes(render(compose(document_number(file), seed, revision)))
    return file


def _rename(file: Path, revision: int) -> Path:
    return file.rename(file.with_name(f"renamed-{revision}-{document_number(file):05d}{file.suffix}"))


def _remove(file: Path) -> Path:
    file.unlink()
    return file


def _plan_ahead(file: Path, seed: int, revision: int) -> Path:
    page = replace(compose(document_number(file), seed, revision), effective_from=FUTURE)
    later = file.with_name(f"{file.stem}@{FUTURE.isoformat()}{file.suffix}")
    later.write_bytes(render(page))
    return later
