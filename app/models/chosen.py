"""The default model for all, as ``polydesk models use`` leaves it in the home; it is read anew at each question."""

from __future__ import annotations

import json
from pathlib import Path

from app.errors import AppUserError
from app.replacing import replace_text

_FILE = "model.json"


def chosen_model(home: Path) -> str | None:
    """The name that was chosen, or None.

    :raises AppUserError: the file cannot be read.
    """
    path = home / _FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        content = None
    name = content.get("model") if isinstance(content, dict) else None
    if not isinstance(name, str) or not name:
        raise AppUserError(f"{path} is damaged: choose again with `polydesk models use NAME`")
    return name


def choose(home: Path, name: str | None) -> None:
    """Make ``name`` the default for all; None takes the choice back. Readers see the old choice or the new one.

    :raises AppUserError: the home cannot be written to.
    """
    path = home / _FILE
    try:
        if name is None:
            path.unlink(missing_ok=True)
            return
        home.mkdir(parents=True, exist_ok=True)
        replace_text(path, json.dumps({"model": name}) + "\n")
    except OSError as error:
        raise AppUserError(f"{path} cannot be written: {error.strerror}") from None
