"""What a backup says of itself: every file in it with its length and SHA-256."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.errors import AppUserError

NAME = "manifest.json"
MOST_BYTES = 64_000_000  # of a manifest: some 300,000 files
LEFT_OUT = {
    "models": "unpacked or fetched again when they are first used",
    "store": "made again from the ledger when the backup is restored",
    "lexical": "made again from the ledger when the backup is restored",
    "signins.db": "everybody signs in again, so that no sign-in that was ended comes back",
}


class Member(BaseModel):
    """One file; ``path`` is below the home, with ``/`` between."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @field_validator("path")
    @classmethod
    def _stays_below(cls, path: str) -> str:
        path.encode()  # a name of bytes that are no text fails here, with a ValueError
        parts = PurePosixPath(path).parts
        plain = parts and not path.startswith("/") and "/".join(parts) == path and path != NAME
        if not plain or any(part in ("..", ".") for part in parts) or "\0" in path:
            raise ValueError(f"{path!r} is no path below a home")
        if parts[0] in LEFT_OUT:
            raise ValueError(f"{path!r} is not for a backup to bring along")
        return path


class Manifest(BaseModel):
    """A backup's table of contents.

    :param polydesk: the version that took it.
    :param databases: whether ledger and conversations are in it, or in a database elsewhere that has its own backups.
    :param revisions: of the databases in it, by file.
    :param left_out: what of the home is not in it, and why that is no loss.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    polydesk: str
    taken_at: datetime
    databases: Literal["included", "elsewhere"]
    revisions: dict[str, str]
    left_out: dict[str, str]
    members: tuple[Member, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Manifest:
        if len({member.path for member in self.members}) != len(self.members):
            raise ValueError("a file is named twice")
        return self

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(member.size for member in self.members)

    def dumped(self) -> bytes:
        return self.model_dump_json(indent=1).encode()


def read_manifest(content: bytes, source: Path) -> Manifest:
    """The manifest of the backup ``source``.

    :raises AppUserError: it is none.
    """
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        said = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise AppUserError(f"{source.name}: not a backup that this version of polydesk can read ({said})") from None


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
