"""A row of the list of tickets as HTML."""

from __future__ import annotations

from datetime import datetime
from html import escape

from app.desk.inbox.records import InboxTicket
from app.desk.inbox.vocabulary import priority_of
from app.ui.languages import language_name
from app.ui.times import lasting_since, shown_day
from app.ui.wording import Words

_UNSURE = 0.6  # probability under which a guess is shown as one


def row_html(ticket: InboxTicket, words: Words, now: datetime | None = None) -> str:
    """What a ticket is sorted as, and since when its customer waits; a cell for each column, also where it is empty."""
    language = escape(language_name(ticket.language, words.language))
    cells = (
        ("number", f"<bdi>{escape(ticket.number)}</bdi>"),
        ("language", f'<abbr title="{language}">{escape(ticket.language)}</abbr>'),
        ("queue", _guessed(ticket, "queue")),
        ("pressing", priority_html(ticket, words)),
        ("sentiment", sentiment_html(ticket.label("sentiment"), words)),
        ("customer", f"<bdi>{escape(ticket.customer_id)}</bdi>"),
        ("waits", _waits(ticket, words, now)),
    )
    inside = "".join(f'<span class="pd-cell-{name}">{cell}</span>' for name, cell in cells)
    return f'<div class="pd-ticket-cells">{inside}{_repeats(ticket, words)}</div>'


def priority_html(ticket: InboxTicket, words: Words) -> str:
    """The priority, in the help desk's own word where it is no common one, coloured by what it means."""
    said = ticket.label("priority")
    return (
        f'<span class="pd-priority pd-{priority_of(said)}">{escape(label_text("priority", said, words))}</span>'
        if said
        else ""
    )


def sentiment_html(sentiment: str, words: Words) -> str:
    """A mark with its word for those that see no colour; the word alone for one that is not known."""
    if not sentiment:
        return ""
    known = sentiment.casefold()
    if known not in ("positive", "neutral", "negative"):
        return f"<bdi>{escape(sentiment)}</bdi>"
    name = escape(words(f"tickets.sentiment.{known}"))
    return f'<span class="pd-mood pd-mood-{known}" title="{name}"><span>{name}</span></span>'


def label_text(field: str, value: str, words: Words) -> str:
    """A label in words of the page where it is one that everybody has, else as the help desk says it."""
    return words.entries.get(f"tickets.{field}.{value.casefold()}", value)


def _guessed(ticket: InboxTicket, field: str) -> str:
    label = ticket.labels[field]
    unsure = label.probability is not None and (label.probability < _UNSURE or not label.in_scope)
    mark = ' class="pd-unsure"' if unsure else ""
    return f"<bdi{mark}>{escape(label.value)}{'?' if unsure else ''}</bdi>" if label.value else ""


def _waits(ticket: InboxTicket, words: Words, now: datetime | None) -> str:
    if ticket.status == "closed":
        return escape(words("tickets.status.closed"))
    if ticket.status == "waiting":
        return escape(words("tickets.status.waiting"))
    if ticket.waiting_since is None:
        return escape(words("tickets.answered", day=shown_day(ticket.updated_at, words.language)))
    return f"<b>{escape(words('tickets.waits', time=lasting_since(ticket.waiting_since, words.language, now)))}</b>"


def _repeats(ticket: InboxTicket, words: Words) -> str:
    if not ticket.duplicate_of:
        return ""
    number = f"<bdi>{escape(ticket.duplicate_number)}</bdi>"
    return f'<span class="pd-repeats">{words("tickets.repeats", number=number)}</span>'
