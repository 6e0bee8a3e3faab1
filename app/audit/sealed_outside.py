"""Seals in a file outside of the home: who can change the home, the key in it and the database, cannot change these."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from app.audit.errors import AuditUserError
from app.audit.record import Seal


def publish(path: Path, seals: Iterable[Seal]) -> None:
    """Put seals at the end of the file, a line of JSON each.

    :raises OSError: it cannot be written.
    """
    lines = "".join(json.dumps(asdict(seal), sort_keys=True) + "\n" for seal in seals)
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One write at the end of the file: two processes do not come between each other's lines.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb", buffering=0) as out:
            out.write(lines.encode())
            os.fsync(out.fileno())


def published(path: Path) -> list[Seal]:
    """The seals in the file, in its order; none where there is no file yet.

    :raises AuditUserError: it cannot be read, or a line of it is no seal.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise AuditUserError(f"{path}: the seals cannot be read: {error}") from None
    found: list[Seal] = []
    for place, line in enumerate(lines, 1):
        try:
            values = json.loads(line)
            seal = Seal(**values)
            if not isinstance(seal.count, int) or not all(isinstance(each, str) for each in _texts(seal)):
                raise TypeError
        except (ValueError, TypeError):
            raise AuditUserError(f"{path}, line {place}: this is no seal; restore the file from a backup") from None
        found.append(seal)
    return found


def _texts(seal: Seal) -> tuple[str, ...]:
    return seal.hash, seal.day, seal.sealed_at, seal.signature
