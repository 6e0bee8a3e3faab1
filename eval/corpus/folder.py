"""The generated documents as files in a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eval.corpus.formats import render
from eval.corpus.page import Page, compose
from eval.errors import EvalUserError


def generate(folder: Path, documents: int, seed: int = 0, written: Callable[[int], None] = lambda _done: None) -> None:
    """Write the documents ``0`` to ``documents - 1`` of this seed, in a folder for each language.

    The same arguments give the same bytes; document 7 is the same one in a corpus of 10 and of 2,000.

    :param written: called with the number of documents written so far.
    :raises EvalUserError: there is something in the folder already, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise EvalUserError(f"{folder}: there is something in it already; name a new or an empty folder")
        for number in range(documents):
            write_page(folder, compose(number, seed))
            written(number + 1)
    except OSError as error:
        raise EvalUserError(f"{folder}: cannot be written ({error.strerror}); name another folder") from error


def write_page(folder: Path, page: Page) -> Path:
    """Write one page where it belongs, and return its file."""
    file = folder / page.language / f"{page.name}-{page.number:05d}.{page.suffix}"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(render(page))
    return file


def document_number(file: Path) -> int:
    """The number of the document in a generated, perhaps renamed or dated, file."""
    return int(file.stem.partition("@")[0].rpartition("-")[2])


def generated_files(folder: Path) -> list[Path]:
    """The corpus's current files by number, without the future versions beside them."""
    files = [file for file in folder.rglob("*") if file.is_file() and "@" not in file.name]
    return sorted(files, key=document_number)
