"""The pictures attached to the tickets of an export: where they lie, and the words in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.desk.inbox.attachments import Attachment
from app.errors import AppError, AppUserError
from ingest.documents import Content, Finding, ParsedDocument
from ingest.errors import DocumentError
from ingest.parsing.files import IMAGES
from ingest.sources.tickets import Ticket

_MOST_BYTES = 20_000_000
_MOST_CHARACTERS = 4_000  # of one picture that are kept
_MOST_PICTURES = 20  # of one ticket that are read
_WITHOUT_WORDS = ("empty", "ocr-missing")  # what a model that sees may still make something of

Parse = Callable[[Content], ParsedDocument]
See = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Seer:
    """A connected model that reads pictures.

    :param see: the words in one.
    """

    name: str
    see: See


@dataclass(frozen=True)
class PictureFolder:
    """Attached files as help desks' own tools save them: a folder for each ticket, named by its id.

    Never the file of another ticket: that many are called ``image.png`` would show one customer's to another.

    :raises AppUserError: there is no such folder.
    """

    path: Path

    def __post_init__(self) -> None:
        if not self.path.is_dir():
            raise AppUserError(f"{self.path}: no such folder; give the one with a folder of files for each ticket")

    def of(self, ticket: Ticket) -> dict[str, Path]:
        """The pictures of a ticket that are there, by the names that its messages have for them."""
        folder = self.path.resolve()
        found: dict[str, Path] = {}
        for name in (each for message in ticket.messages for each in message.attachments):
            if not _is_plain(name) or not _is_plain(ticket.id) or Path(name).suffix.lower() not in IMAGES:
                continue
            path = (folder / ticket.id / name).resolve()
            if path.is_relative_to(folder) and path.is_file() and len(found) < _MOST_PICTURES:
                found[name] = path
        return found


@dataclass(frozen=True)
class PictureReader:
    """Reads the words in pictures, each in a process of its own that is bounded in time and memory.

    :param parse: reads a picture; see :class:`ingest.parsing.processes.pool.ParserPool`.
    :param seer: is asked where no words were found.
    """

    parse: Parse
    seer: Seer | None = None

    def read(
        self, files: Mapping[str, Path], known: Mapping[str, Attachment], item: str, language: str
    ) -> Iterator[Attachment | Finding]:
        """Each file with its words, or why it has none; one that is known by its content is not read again.

        :param item: the ticket, for the findings.
        :param language: the one to expect.
        """
        for name, path in files.items():
            try:
                data = _bytes(path)
                digest = hashlib.sha256(data).hexdigest()
                before = known.get(name)
                is_known = before is not None and before.digest == digest
                yield before if before and is_known else self._read(name, data, digest, language)
            except DocumentError as error:
                yield Finding(item, error.code, f"{item}: {error}")

    def _read(self, name: str, data: bytes, digest: str, language: str) -> Attachment:
        from ingest.parsing.instructions import orders_an_assistant

        text, by = self._words(name, data, language)
        text = text.strip()[:_MOST_CHARACTERS]
        return Attachment(name, text, by, orders_an_assistant(text), digest)

    def _words(self, name: str, data: bytes, language: str) -> tuple[str, str]:
        try:
            return self.parse(Content(name, data, language)).text, "tesseract"
        except DocumentError as error:
            if error.code not in _WITHOUT_WORDS or self.seer is None:
                raise
            try:
                return self.seer.see(data), self.seer.name
            except AppError as failure:
                raise DocumentError(error.code, f"{error}; {failure}") from None


def _is_plain(name: str) -> bool:
    return name not in ("", ".", "..") and not set(name) & set("/\\\0")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise DocumentError("unreadable", f"{path.name}: cannot be read ({error.strerror})") from None
    if len(data) > _MOST_BYTES:
        raise DocumentError("too-large", f"{path.name}: larger than {_MOST_BYTES // 1_000_000} MB; it was not read")
    return data
