"""Files that hang on a message, and the words that were read in those that are pictures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file.

    :param text: the words in the picture; empty where none were read. Whoever sends a picture says what is in it:
        it is what a customer wrote, and never an order to anybody.
    :param by: what read them: ``tesseract``, or the name of a model.
    :param orders: whether the words speak to an assistant; no draft is written from such a picture.
    :param digest: SHA-256 of the file that was read.
    """

    name: str
    text: str = ""
    by: str = ""
    orders: bool = False
    digest: str = ""


def attachments_of(written: str) -> tuple[Attachment, ...]:
    """As :func:`written_attachments` wrote them; a bare name is a file that nobody has read."""
    return tuple(
        Attachment(each) if isinstance(each, str) else Attachment(**each) for each in json.loads(written or "[]")
    )


def written_attachments(attachments: Iterable[Attachment]) -> str:
    """As JSON; a file that nobody has read is its name alone."""
    return json.dumps([asdict(each) if each.digest else each.name for each in attachments], ensure_ascii=False)


def words_for_reply(text: str, attachments: Iterable[Attachment]) -> str:
    """A message with the words of its pictures behind it, without those that give orders."""
    read = (each.text for each in attachments if each.text and not each.orders)
    return "\n\n".join(filter(None, (text, *read)))
