"""Folders that polydesk makes for itself."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import IngestUserError


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it lies in, where they are not there.

    :raises IngestUserError: there cannot be a folder at this place.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IngestUserError(f"the folder {folder} cannot be made: {error.strerror}") from error
