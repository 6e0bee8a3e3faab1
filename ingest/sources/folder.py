"""A folder with everything below it, or one file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlparse

from ingest.documents import Content, Finding, SourceItem
from ingest.errors import DocumentError
from ingest.parsing import SUPPORTED
from ingest.parsing.reading import MAX_BYTES, read_bytes
from ingest.sources.dated_names import split_date


@dataclass(frozen=True)
class FolderSource:
    """Lists files; those in hidden folders, and hidden ones, are left alone.

    :param path: absolute, with its links resolved.
    """

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    def items(self) -> Iterator[SourceItem | Finding]:
        for file in self._files():
            if isinstance(file, Finding):
                yield file
                continue
            uri = file.as_uri()
            shown = self._shown(file)
            if file.suffix.lower() not in SUPPORTED:
                yield Finding(shown, "unsupported", f"{shown}: files of type {file.suffix or 'none'} are not read")
                continue
            try:
                digest = _digest(file)
                stem, effective_from = _dated(file)
            except DocumentError as error:
                yield Finding(shown, error.code, str(error))
                continue
            except OSError as error:
                yield Finding(shown, "unreadable", f"{shown}: cannot be read ({error.strerror}); check its permissions")
                continue
            document_id = file.with_name(stem + file.suffix).relative_to(self._root).as_posix()
            yield SourceItem(uri, document_id, digest, effective_from=effective_from)

    def read(self, item: SourceItem) -> Content:
        file = Path(unquote(urlparse(item.uri).path))
        data = read_bytes(file)
        if hashlib.sha256(data).hexdigest() != item.content_hash:
            raise DocumentError(
                "changed", f"{item.document_id}: the file changed while it was read; run the ingest again"
            )
        return Content(file.name, data, item.language)

    def covers(self, uri: str) -> bool:
        own = self.path.as_uri()
        if uri == own:
            return True
        inside = unquote(uri.removeprefix(own.rstrip("/"))).split("/")
        return uri.startswith(own.rstrip("/") + "/") and "#" not in uri and not any(map(_is_hidden, inside))

    @property
    def _root(self) -> Path:
        return self.path if self.path.is_dir() else self.path.parent

    def _shown(self, path: Path) -> str:
        return str(path.relative_to(self._root)).encode("utf-8", "replace").decode()

    def _files(self) -> Iterator[Path | Finding]:
        """Every file with words to read, by name; findings for places that cannot be looked into."""
        if self.path.is_file():
            yield self.path
            return
        closed: list[OSError] = []
        paths: list[Path] = []
        for folder, folders, files in os.walk(self.path, onerror=closed.append):
            folders[:] = [name for name in folders if not _is_hidden(name)]
            links = [name for name in folders if Path(folder, name).is_symlink()]
            paths += [Path(folder, name) for name in [*files, *links] if not _is_hidden(name)]
        for error in closed:
            shown = self._shown(Path(error.filename))
            yield Finding(
                shown, "unreadable", f"{shown}: cannot be looked into ({error.strerror}); check its permissions"
            )
        for path in sorted(paths):
            shown = self._shown(path)
            if not _is_utf8(path.name):
                yield Finding(shown, "unreadable", f"{shown}: the name is not written in UTF-8; rename it")
            elif path.is_symlink() and not path.resolve().is_relative_to(self.path):
                # A link must not carry files from elsewhere into the knowledge base.
                yield Finding(
                    shown, "link", f"{shown}: links that lead out of the folder are not followed; copy what it links to"
                )
            elif path.is_symlink() and not path.exists():
                yield Finding(shown, "unreadable", f"{shown}: a link to nothing; mend it or remove it")
            elif path.is_file():
                yield path


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _dated(file: Path) -> tuple[str, date | None]:
    stem, written = split_date(file.stem)
    try:
        return stem, date.fromisoformat(written) if written else None
    except ValueError:
        raise DocumentError("wrong-format", f"{file.name}: {written} is not a date") from None


def _digest(file: Path) -> str:
    size = file.stat().st_size
    if size > MAX_BYTES:
        raise DocumentError("too-large", f"{file.name}: {size / 1e6:.0f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB")
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
