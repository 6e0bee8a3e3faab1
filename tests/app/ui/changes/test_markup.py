"""What a change holds reaches the page as text, in its own direction, with the words that differ marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.desk.changes.again import Compared
from app.desk.changes.brief import Brief, ChangedFact
from app.desk.changes.change import Change, ChangedValue
from app.desk.changes.confirmations import Confirmation, ReadState
from app.desk.changes.touched import TouchedAnswer
from app.ui.changes import markup
from app.ui.wording import words_for
from ingest.ledger.changes import Run
from prompts.updates import update_words
from tests.app.desk.changes.test_confirmations import RETURNS
from tests.app.ui.test_markup import EVIL, Elements

WORDS, UPDATE = words_for("en"), update_words("en")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def a_change(old: str = EVIL, new: str = EVIL) -> Change:
    return Change(
        kinds=("amount", "scope"),
        old=old,
        new=new,
        language="ar",
        old_marks=((0, 3),),
        new_marks=((2, 5),),
        values=(ChangedValue("amount", old, new),),
        old_heading=(EVIL,),
        new_heading=(EVIL,),
        place_only=True,
    )


def a_brief() -> Brief:
    return replace(
        RETURNS,
        title=EVIL,
        document=EVIL,
        author=EVIL,
        audience=EVIL,
        language="ar",
        run=Run(1, EVIL, EVIL, NOW),
        facts=(ChangedFact("title", EVIL, EVIL), ChangedFact("effective_to", "", "2027-01-01")),
        changes=(a_change(),),
        excerpt=(EVIL,),
    )


def test_nothing_of_a_document_or_an_agent_is_read_as_html() -> None:
    brief, change = a_brief(), a_change()
    touched = TouchedAnswer(1, "c", NOW, EVIL, "en", EVIL, EVIL, 1, EVIL, True, (EVIL,), date(2027, 1, 1))
    compared = Compared("other-figures", EVIL, EVIL, "answer", (EVIL,), (EVIL,), (EVIL,), (EVIL,))
    for html in (
        markup.card_html(brief, False, WORDS, UPDATE, "en"),
        markup.head_html(brief, WORDS, UPDATE, "en"),
        markup.called_out_html(brief, UPDATE, "en"),
        markup.change_html(change, UPDATE),
        markup.excerpt_html(brief),
        markup.read_html(ReadState((Confirmation(EVIL, NOW),), (EVIL,)), WORDS),
        markup.touched_html([touched], WORDS),
        markup.compared_html(compared, "en", WORDS),
    ):
        elements = Elements(html)
        assert not {"script", "img"} & {tag for tag, _ in elements.tags}, html
        assert "onerror" not in {name for _, attributes in elements.tags for name in attributes}


def test_both_sides_stand_in_their_own_direction_with_what_differs_marked() -> None:
    html = markup.change_html(a_change("مدة 14 يومًا", "مدة 30 يومًا"), UPDATE)
    elements = Elements(html)
    assert [attributes["dir"] for tag, attributes in elements.tags if tag == "p" and "dir" in attributes] == ["rtl"] * 2
    assert [tag for tag, _ in elements.tags].count("del") == [tag for tag, _ in elements.tags].count("ins") == 1


def test_a_new_rule_is_not_marked_word_by_word() -> None:
    change = Change(("added",), "", "Pay now.", "en", (), ((0, 8),))
    html = markup.change_html(change, UPDATE)
    assert "<ins>" not in html and "Pay now." in html and "pd-none" in html


def test_a_card_says_what_is_called_out_and_whether_it_was_read() -> None:
    brief = replace(RETURNS, changes=(replace(a_change("14 days", "30 days"), language="en"),))
    text = Elements(markup.card_html(brief, False, WORDS, UPDATE, "en")).text
    for said in ("Changed", "Unread", "Returns", "Amount", "14 days", "30 days", "Who and where"):
        assert said in text
    assert "Read" in Elements(markup.card_html(brief, True, WORDS, UPDATE, "en")).text
    german = Elements(markup.card_html(brief, True, WORDS, update_words("de"), "de")).text
    assert "Geändert" in german and "Betrag" in german


def test_a_change_of_wording_alone_is_called_that_and_not_unread() -> None:
    brief = replace(RETURNS, changes=(Change(("wording",), "Say so.", "Tell us.", "en"),))
    text = Elements(markup.card_html(brief, False, WORDS, UPDATE, "en")).text
    assert "Only the wording changed" in text and "Unread" not in text
