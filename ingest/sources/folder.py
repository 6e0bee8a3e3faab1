"""A folder with everything below it, or one file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlparse

from ingest.documents import Content, Finding, SourceItem
from ingest.errors import DocumentError
from ingest.parsing import SUPPORTED
from ingest.parsing.reading import MAX_BYTES, read_bytes
from ingest.sources.archives import Archives, is_archive, list_archive, member_uri, split_uri
from ingest.sources.placing import Place, placed_items
from ingest.sources.rules import FolderRules
from ingest.sources.rules_file import RULES_FILE


@dataclass(frozen=True)
class FolderSource:
    """Lists files and what is in archives; those in hidden folders, and hidden ones, are left alone.

    :param path: absolute, with its links resolved.
    :param temporary: a folder for what archives unpack to while they are read; the system's own without.
    """

    path: Path
    temporary: Path | None = None
    _archives: Archives = field(init=False, repr=False, compare=False)
    _root: Path = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_archives", Archives(self.temporary))
        object.__setattr__(self, "_root", self.path if self.path.is_dir() else self.path.parent)

    @property
    def name(self) -> str:
        return str(self.path)

    def items(self) -> Iterator[SourceItem | Finding]:
        """Files by path; nothing at all while a ``polydesk.yaml`` around them cannot be used.

        :raises IngestUserError: it names the file of rules, the line and what to do.
        """
        rules = FolderRules.around(self._root)
        return self._listed(rules)

    def read(self, item: SourceItem) -> Content:
        uri, inside = split_uri(item.uri)
        file = Path(unquote(urlparse(uri).path))
        data = self._archives.read(file, inside, self._shown(file)) if inside else read_bytes(file)
        if hashlib.sha256(data).hexdigest() != item.content_hash:
            raise DocumentError(
                "changed", f"{item.document_id}: the file changed while it was read; run the ingest again"
            )
        return Content(inside.rpartition("/")[2] or file.name, data, item.language)

    def covers(self, uri: str) -> bool:
        own = self.path.as_uri()
        file, inside = split_uri(uri)
        if file == own:
            return True
        parts = [*unquote(file.removeprefix(own.rstrip("/"))).split("/"), *inside.split("/")]
        return file.startswith(own.rstrip("/") + "/") and "#" not in uri and not any(map(_is_hidden, parts))

    def leaves_out(self, uri: str) -> bool:
        """Whether a rule says to ignore what is at this uri: it is not wanted, whatever else could not be listed.

        :raises IngestUserError: a file of rules cannot be used.
        """
        file, inside = split_uri(uri)
        path = Path(unquote(urlparse(file).path))
        return self.covers(uri) and FolderRules.above(path.parent).about(path, inside).ignored

    def _shown(self, path: Path) -> str:
        within = os.fspath(path)[len(os.fspath(self._root)) :].strip("/")  # relative_to would take ten times as long
        return within.encode("utf-8", "replace").decode()

    def _listed(self, rules: FolderRules) -> Iterator[SourceItem | Finding]:
        entries = [file if isinstance(file, Finding) else (file, self._place(file, rules)) for file in self._files()]
        placed = placed_items(entry[1] for entry in entries if isinstance(entry, tuple))
        for entry in entries:
            if isinstance(entry, Finding):
                yield entry
                continue
            file, place = entry
            item = placed.get(place.uri)
            if isinstance(item, Finding):
                yield item
            elif item and is_archive(file.name):
                yield from self._members(file, place, rules)
            elif item and _holds_tickets(file):
                message = f"{place.shown}: an export of tickets; ingest it by its own address: only agents may see it"
                yield Finding(place.shown, "ticket-export", message)
            elif item:
                yield _with_hash(item, file, place.shown)

    def _place(self, file: Path, rules: FolderRules, inside: str = "") -> Place:
        # A link inside of the folder is under the rules of what it leads to, or it would open what they close.
        real = file.resolve() if file.is_symlink() else file
        uri = member_uri(file, inside) if inside else file.as_uri()
        return Place(self._shown(file), uri, rules.about(real, inside), rules.name_patterns(real.parent), inside)

    def _members(self, file: Path, outer: Place, rules: FolderRules) -> Iterator[SourceItem | Finding]:
        try:
            entries = list_archive(file, outer.shown)
        except DocumentError as error:
            yield Finding(outer.shown, error.code, str(error))
            return
        places = {entry[0]: self._place(file, rules, entry[0]) for entry in entries if isinstance(entry, tuple)}
        placed = placed_items(places.values())
        for entry in entries:
            if isinstance(entry, Finding):
                if not self._place(file, rules, entry.item.removeprefix(f"{outer.shown}/")).rules.ignored:
                    yield entry
                continue
            item = placed.get(places[entry[0]].uri)
            if item:
                yield replace(item, content_hash=entry[1]) if isinstance(item, SourceItem) else item

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
            paths += [Path(folder, name) for name in [*files, *links] if not _is_hidden(name) and name != RULES_FILE]
        for error in closed:
            shown = self._shown(Path(error.filename))
            yield Finding(
                shown, "unreadable", f"{shown}: cannot be looked into ({error.strerror}); check its permissions"
            )
        for path in sorted(paths, key=lambda path: path.parts):  # as paths compare themselves, which takes longer
            shown, linked = self._shown(path), path.is_symlink()
            if not _is_utf8(path.name):
                yield Finding(shown, "unreadable", f"{shown}: the name is not written in UTF-8; rename it")
            elif linked and not path.resolve().is_relative_to(self.path):
                # A link must not carry files from elsewhere into the knowledge base.
                yield Finding(
                    shown, "link", f"{shown}: links that lead out of the folder are not followed; copy what it links to"
                )
            elif linked and not path.exists():
                yield Finding(shown, "unreadable", f"{shown}: a link to nothing; mend it or remove it")
            elif path.is_file():
                yield path


def _holds_tickets(file: Path) -> bool:
    """Whether this table is what a help desk exports: as a document, customers' messages would be open to everybody."""
    if file.suffix.lower() not in (".csv", ".tsv"):
        return False
    from ingest.sources.exports.sniff import open_export

    return open_export(file) is not None


def _with_hash(item: SourceItem, file: Path, shown: str) -> SourceItem | Finding:
    if file.suffix.lower() not in SUPPORTED:
        return Finding(shown, "unsupported", f"{shown}: files of type {file.suffix or 'none'} are not read")
    try:
        return replace(item, content_hash=_digest(file))
    except DocumentError as error:
        return Finding(shown, error.code, str(error))
    except OSError as error:
        return Finding(shown, "unreadable", f"{shown}: cannot be read ({error.strerror}); check its permissions")


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _digest(file: Path) -> str:
    size = file.stat().st_size
    if size > MAX_BYTES:
        raise DocumentError("too-large", f"{file.name}: {size / 1e6:.0f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB")
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
