"""What people answered, as articles that can be ingested."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.conversations.records import shortened
from app.errors import AppUserError
from app.escalations.records import Candidate

_TITLE_CHARACTERS = 100


def article_of(candidate: Candidate) -> str:
    """A Markdown document with front matter; a person reads it before it is ingested."""
    import yaml

    front = {
        "title": shortened(candidate.question, _TITLE_CHARACTERS),
        "kind": "article",
        "audience": "agent",
        "language": candidate.language,
        "author": candidate.answered_by,
    }
    if candidate.answered_at:
        front["effective_from"] = candidate.answered_at.date().isoformat()
    head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
    return f"---\n{head}---\n\n# {_line(candidate.question)}\n\n{candidate.answer.strip()}\n"


def write_articles(candidates: Sequence[Candidate], folder: Path) -> list[Path]:
    """Each in a file of its own, named by its case; one that is there already is left as it is.

    :raises AppUserError: the folder cannot be written to.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for candidate in candidates:
            path = folder / f"case-{candidate.escalation_id}.md"
            with path.open("x", encoding="utf-8") as file:
                file.write(article_of(candidate))
            written.append(path)
    except FileExistsError as error:
        raise AppUserError(f"{error.filename} is there already: move it away, or name another folder") from None
    except OSError as error:
        raise AppUserError(f"{folder} cannot be written to ({error.strerror}): name another folder") from None
    return written


def _line(text: str) -> str:
    return " ".join(text.split())
