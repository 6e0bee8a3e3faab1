"""What an agent made of a draft, sentence by sentence through the gate, before it may go out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.answers import Citation
from app.desk.drafts.draft import Draft, Review
from app.desk.drafts.needs import customer_name
from app.desk.drafts.style import Style
from app.rechecking import CheckedSentence
from ingest.sentences import split_sentences
from ingest.sources.tickets import Ticket


class ChecksSentences(Protocol):
    """Who holds sentences against sources, and against every guard."""

    def check(
        self, sentences: Sequence[str], sources: Sequence[Citation], language: str, known: str
    ) -> list[CheckedSentence]:
        """What was found of each sentence; see :class:`app.rechecking.Rechecker`."""
        ...


def written_sentences(text: str) -> list[str]:
    """The sentences of a letter: a line ends one, as a greeting has no full stop."""
    lines = (line for line in text.splitlines() if line.strip())
    return [" ".join(line[start:end].split()) for line in lines for start, end in split_sentences(line)]


def review(checks: ChecksSentences, draft: Draft, ticket: Ticket, style: Style, text: str) -> Review:
    """What was found of ``text``; what the style or the draft said, and was let through, is not looked at again."""
    passed = {sentence.text for sentence in draft.sentences if not sentence.hold}
    passed |= {each for line in draft.fixed for each in (line, *written_sentences(line))}
    held = {sentence.text for sentence in draft.sentences if sentence.hold == "translate"}
    written = written_sentences(text)
    # A quote of several sentences, as the row of a table, is split here; it is still as it was.
    untranslated = tuple(each for each in held if " ".join(each.split()) in " ".join(text.split()))
    untouched = {part for each in untranslated for part in written_sentences(each)}
    new = [each for each in written if each not in passed and each not in untouched]
    found = checks.check(new, draft.sources, draft.language, _known(ticket, style)) if new else []
    return Review(text=text, sentences=tuple(found), untranslated=untranslated)


def _known(ticket: Ticket, style: Style) -> str:
    """What the customer said and was told, and the names in a letter to them; no notes among agents."""
    said = [part for message in ticket.messages if not message.internal for part in (message.name, message.text)]
    parts = (ticket.subject, ticket.id, *said, customer_name(ticket), style.company, style.signature)
    return "\n".join(filter(None, parts))
