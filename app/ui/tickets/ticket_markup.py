"""One ticket as HTML: its head, its thread, why it is sorted as it is, and the history of its customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from app.desk.history.records import EarlierTicket, Told
from app.desk.inbox.attachments import Attachment
from app.desk.inbox.records import Correction, InboxTicket, Label, TicketMessage
from app.ui.languages import language_name
from app.ui.source_markup import written_in
from app.ui.tickets.list_markup import label_text, priority_html
from app.ui.times import lasting_since, shown_at, shown_day
from app.ui.wording import Words


def head_html(ticket: InboxTicket, words: Words, now: datetime | None = None) -> str:
    """What a ticket is about, and the facts on it."""
    facts = [
        escape(words(f"tickets.status.{ticket.status}")),
        f"<bdi>{escape(ticket.number)}</bdi>",
        escape(language_name(ticket.language, words.language)),
        words("tickets.of_customer", customer=f"<bdi>{escape(ticket.customer_id)}</bdi>"),
        escape(words("tickets.received", day=shown_day(ticket.received_at, words.language))),
    ]
    if ticket.status == "open" and ticket.waiting_since is not None:
        waits = words("tickets.waits", time=lasting_since(ticket.waiting_since, words.language, now))
        facts.insert(1, f"<b>{escape(waits)}</b>")
    if ticket.assigned_to:
        facts.append(words("tickets.assigned", name=f"<bdi>{escape(ticket.assigned_to)}</bdi>"))
    items = "".join(f"<li>{fact}</li>" for fact in facts)
    return (
        f'<div class="pd-case-top"><h1 class="pd-case-title" {written_in(ticket.language)}>'
        f"{escape(ticket.title)}</h1>{priority_html(ticket, words)}</div>"
        f'<ul class="pd-facts">{items}</ul>'
    )


def thread_html(messages: Sequence[TicketMessage], words: Words, zone: str | None) -> str:
    """All that was written, each message in its own direction; internal notes look like none that was sent."""
    inside = "".join(_message(each, words, zone) for each in messages)
    return f'<div class="pd-thread" role="log" aria-label="{escape(words("tickets.thread"))}">{inside}</div>'


def why_html(field: str, label: Label, words: Words) -> str:
    """Who said what a field is; of a guess, how probable it is and what speaks for it."""
    if not label.by:
        return f'<p class="pd-quiet pd-why-label">{escape(words("tickets.by.nobody"))}</p>'
    if label.by != "triage" or label.probability is None:
        by = "agent" if label.by == "agent" else "help_desk" if label.by == "help desk" else "triage"
        return f'<p class="pd-quiet pd-why-label">{escape(words(f"tickets.by.{by}"))}</p>'
    says = words("tickets.by.guess", percent=round(label.probability * 100))
    because = ", ".join(f"<bdi>{escape(word)}</bdi>" for word in dict.fromkeys(label.words))
    why = words("tickets.by.because", words=because) if because else ""
    doubt = "" if label.in_scope else f" {escape(words('tickets.by.unlike'))}"
    width = round(label.probability * 100)
    meter = f'<span class="pd-meter" aria-hidden="true"><span style="width:{width}%"></span></span>'
    return f'<p class="pd-quiet pd-why-label">{meter} {escape(says)} {why}{doubt}</p>'


def duplicate_html(ticket: InboxTicket, words: Words) -> str:
    """What a ticket repeats, how probably, and why one thinks so."""
    number = f"<bdi>{escape(ticket.duplicate_number)}</bdi>"
    percent = round((ticket.likeness or 0.0) * 100)
    reason = words(f"tickets.duplicate.{ticket.duplicate_reason or 'same-text'}")
    says = words("tickets.duplicate", number=number, percent=percent)
    return f'<p class="pd-callout pd-warning"><strong>{says}</strong>{escape(reason)}</p>'


def earlier_html(ticket: EarlierTicket, words: Words) -> str:
    """What was asked, told and promised in an earlier ticket, word for word."""
    asked = "".join(f"<p {written_in(ticket.language)}>{escape(each)}</p>" for each in ticket.asked)
    told = "".join(_told(each, words) for each in ticket.told)
    return f'<div class="pd-earlier"><div class="pd-earlier-asked">{asked}</div>{told}</div>'


def corrections_html(corrections: Sequence[Correction], words: Words) -> str:
    """Who has set what, the newest first; nothing where nobody has."""
    items = "".join(_correction(each, words) for each in reversed(corrections))
    if not items:
        return ""
    summary = escape(words("tickets.corrections"))
    return f'<details class="pd-case-said"><summary>{summary}</summary><ol>{items}</ol></details>'


def _message(message: TicketMessage, words: Words, zone: str | None) -> str:
    kind = "internal" if message.internal else message.author if message.author in ("customer", "agent") else "other"
    author = words(f"tickets.author.{kind}")
    name = f" <bdi>{escape(message.name)}</bdi>" if message.name else ""
    at = shown_at(message.at, words.language, zone) if message.at else message.written_at
    attached = _attached(message, words)
    return (
        f'<article class="pd-message pd-message-{kind}">'
        f'<p class="pd-message-by"><strong>{escape(author)}</strong>{name}<time>{escape(at)}</time></p>'
        f'<div class="pd-message-text" {written_in(message.language)}>{escape(message.text)}</div>{attached}</article>'
    )


def _attached(message: TicketMessage, words: Words) -> str:
    if not message.attachments:
        return ""
    names = ", ".join(f"<bdi>{escape(each.name)}</bdi>" for each in message.attachments)
    read = "".join(_picture(each, message.language, words) for each in message.attachments if each.text)
    return f'<p class="pd-quiet">{words("tickets.attached", names=names)}</p>{read}'


def _picture(picture: Attachment, language: str, words: Words) -> str:
    """The words in a picture, folded; those that give orders are marked as what they are."""
    summary = words("tickets.attached.read", name=f"<bdi>{escape(picture.name)}</bdi>")
    warning = f'<p class="pd-callout pd-warning">{escape(words("tickets.attached.orders"))}</p>'
    return (
        f'<details class="pd-picture"><summary>{summary}</summary>{warning if picture.orders else ""}'
        f'<div class="pd-message-text" {written_in(language)}>{escape(picture.text)}</div>'
        f'<p class="pd-quiet">{escape(words("tickets.attached.check"))}</p></details>'
    )


def _told(told: Told, words: Words) -> str:
    if not told.promises:
        return f'<p class="pd-earlier-told" {written_in(told.language)}>{escape(told.text)}</p>'
    kinds = ", ".join(words(f"tickets.promise.{kind}") for kind in told.promises)
    day = f", {shown_day(told.at, words.language)}" if told.at else ""
    badge = escape(f"{words('tickets.promised')}: {kinds}{day}")
    return (
        f'<p class="pd-earlier-promise"><span class="pd-promise">{badge}</span>'
        f"<span {written_in(told.language)}>{escape(told.text)}</span></p>"
    )


def _correction(correction: Correction, words: Words) -> str:
    field = words(f"tickets.{correction.field}")
    before, after = (
        escape(label_text(correction.field, each, words) or "–") for each in (correction.before, correction.after)
    )
    if correction.field == "duplicate_of":
        change = escape(words("tickets.duplicate.none"))
    else:
        change = f"{escape(field)}: <bdi>{before}</bdi> → <bdi>{after}</bdi>"
    by = f"<bdi>{escape(correction.by)}</bdi>, " if correction.by else ""
    return f'<li>{change} <span class="pd-quiet">{by}{escape(shown_day(correction.at, words.language))}</span></li>'
