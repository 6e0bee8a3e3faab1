"""Tickets as HTML: nothing of theirs is markup, every message has its own direction, and words say what colours do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.desk.history.records import EarlierTicket, Told
from app.desk.inbox.attachments import Attachment
from app.desk.inbox.records import InboxTicket, Label, TicketMessage
from app.ui.tickets.list_markup import row_html
from app.ui.tickets.ticket_markup import earlier_html, head_html, thread_html, why_html
from app.ui.times import lasting_since
from app.ui.wording import words_for

WORDS = words_for("en")
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
EVIL = "<script>alert(1)</script>"
TICKET = InboxTicket(
    conversation_id="x",
    source="zendesk",
    number=f"T-1{EVIL}",
    customer_id=EVIL,
    subject=EVIL,
    title=EVIL,
    language="ar",
    status="open",
    labels={
        "queue": Label(EVIL, "triage", 0.41, False, (EVIL, "word")),
        "type": Label("problem", "help desk"),
        "priority": Label("dringend", "agent"),
        "sentiment": Label("negative", "help desk"),
    },
    audience="agent",
    received_at=NOW - timedelta(days=3),
    updated_at=NOW,
    waiting_since=NOW - timedelta(days=3),
    assigned_to=EVIL,
    duplicate_of="y",
    duplicate_number=EVIL,
    likeness=0.7,
)


def test_nothing_that_came_from_outside_is_markup() -> None:
    message = TicketMessage(1, EVIL, EVIL, EVIL, "en", False, (Attachment(EVIL, EVIL),), None, EVIL)
    earlier = EarlierTicket("z", EVIL, EVIL, "en", "closed", NOW, (EVIL,), (Told(EVIL, "en", NOW, ("refund",)),))
    for html in (
        row_html(TICKET, WORDS, NOW),
        head_html(TICKET, WORDS, NOW),
        thread_html([message], WORDS, "Europe/Berlin"),
        why_html("queue", TICKET.labels["queue"], WORDS),
        earlier_html(earlier, WORDS),
    ):
        assert "<script" not in html and "&lt;script&gt;" in html


def test_a_row_says_in_words_what_it_shows_in_colours() -> None:
    html = row_html(TICKET, WORDS, NOW)
    assert "Waits 3 days" in html and "Negative" in html and 'title="Arabic"' in html
    assert 'class="pd-priority pd-urgent">dringend' in html  # as the help desk calls it
    assert "?</bdi>" in html  # a guess that is not certain
    assert "Waiting for customer" in row_html(replace(TICKET, status="waiting"), WORDS, NOW)


def test_messages_run_in_their_own_direction_and_notes_are_marked() -> None:
    messages = [
        TicketMessage(1, "customer", "", "أين الطلب؟", "ar", False, (), NOW, ""),
        TicketMessage(2, "agent", "Ana", "On its way.", "en", False, (), NOW, ""),
        TicketMessage(3, "agent", "Bo", "Two left.", "en", True, (Attachment("a.png"),), None, "3/1/2026"),
    ]
    html = thread_html(messages, WORDS, "Asia/Tokyo")
    assert '<div class="pd-message-text" lang="ar" dir="rtl">' in html
    assert '<div class="pd-message-text" lang="en" dir="ltr">On its way.' in html
    assert html.count("Internal note") == 1 and html.count("pd-message-internal") == 1
    assert "6:00:00" in html  # nine in the morning is six in the evening in Tokyo
    assert "3/1/2026" in html and "Attached: <bdi>a.png</bdi>" in html


def test_words_of_a_picture_are_folded_and_orders_in_them_are_marked() -> None:
    read = Attachment("shot.png", "Error E-1042", "tesseract", digest="1")
    message = TicketMessage(1, "customer", "", "See the picture.", "en", False, (read,), NOW, "")
    html = thread_html([message], WORDS, "UTC")
    assert "Words in <bdi>shot.png</bdi>" in html and "Error E-1042" in html and "pd-warning" not in html
    ordering = replace(message, attachments=(replace(read, orders=True),))
    assert "No draft is written from them." in thread_html([ordering], WORDS, "UTC")


def test_a_guess_says_how_certain_it_is_and_why() -> None:
    html = why_html("queue", TICKET.labels["queue"], WORDS)
    assert "41 % certain" in html and "<bdi>word</bdi>" in html and "Unlike anything" in html
    assert "Set by an agent" in why_html("priority", TICKET.labels["priority"], WORDS)
    assert "Nobody has said so yet" in why_html("type", Label(), WORDS)


def test_waiting_is_said_in_the_language_of_the_agent() -> None:
    since = NOW - timedelta(days=3)
    said = {language: lasting_since(since, language, NOW) for language in ("de", "ja", "ar", "pl", "th")}
    assert said == {"de": "3 Tage", "ja": "3 日", "ar": "3 أيام", "pl": "3 dni", "th": "3 วัน"}


def test_every_kind_of_promise_has_a_name() -> None:
    from pathlib import Path

    import yaml

    import guardrails.commitments

    kinds = yaml.safe_load((Path(guardrails.commitments.__file__).parent / "kinds.yaml").read_text(encoding="utf-8"))
    assert {f"tickets.promise.{kind}" for kind in kinds} <= WORDS.entries.keys()
