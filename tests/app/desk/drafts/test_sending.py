"""What was sent, as the ticket systems take it; no customer sees a citation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.desk.drafts.difference import difference
from app.desk.drafts.records import KeptDraft
from app.desk.drafts.sending import FORMATS, Format, exported
from tests.app.desk.drafts.playing import RETURNS, citation, draft_of, quoted, ticket

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
TEXT = "Dear <b>Ana</b>,\n\nTwo lines\nof text & more.\n\nKind regards"


def sent(text: str = TEXT, ticket_id: str = "4711", language: str = "en") -> KeptDraft:
    asked = ticket("Can I return it?", language=language, id=ticket_id)
    made = draft_of(asked, {"return": quoted(citation(RETURNS, language=language))})
    return KeptDraft(1, "c", 1, "sent", made.to_edit, made, text, difference(made.to_edit, text), "Ana", AT, AT)


def test_zendesk_gets_a_public_comment_without_markup_of_others() -> None:
    line = exported(sent(), "zendesk")
    assert (line["id"], line["ticket"]["id"], line["ticket"]["comment"]["public"]) == ("4711", 4711, True)
    assert line["ticket"]["comment"]["html_body"] == (
        '<div lang="en" dir="ltr"><p>Dear &lt;b&gt;Ana&lt;/b&gt;,</p>'
        "<p>Two lines<br>of text &amp; more.</p><p>Kind regards</p></div>"
    )


def test_freshdesk_gets_a_reply_in_the_right_direction() -> None:
    body = exported(sent("تحية طيبة،", language="ar"), "freshdesk")["reply"]["body"]
    assert body == '<div lang="ar" dir="rtl"><p>تحية طيبة،</p></div>'


def test_jira_gets_a_document_that_customers_may_read() -> None:
    comment = exported(sent(ticket_id="SUP-3"), "jira")["comment"]
    assert comment["body"]["content"][1] == {
        "type": "paragraph",
        "content": [
            {"type": "text", "text": "Two lines"},
            {"type": "hardBreak"},
            {"type": "text", "text": "of text & more."},
        ],
    }
    assert comment["properties"] == [{"key": "sd.public.comment", "value": {"internal": False}}]


def test_lines_say_how_much_was_changed() -> None:
    line = exported(sent(), "lines")
    assert (line["text"], line["by"], line["language"], line["sent_at"]) == (TEXT, "Ana", "en", AT.isoformat())
    assert 0 < line["edit_share"] <= 1


@pytest.mark.parametrize("form", FORMATS)
def test_no_citation_leaves_the_desk(form: Format) -> None:
    kept = sent()
    line = str(exported(KeptDraft(1, "c", 1, "sent", "", kept.draft, kept.draft.text, None, "Ana", AT, AT), form))
    assert RETURNS in line and "[1]" not in line and "returns.md" not in line
