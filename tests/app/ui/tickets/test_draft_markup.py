"""What a draft shows to the agent: escaped, in its own direction, with a note on what is held."""

from __future__ import annotations

from app.desk.drafts.beside import Beside
from app.desk.drafts.difference import difference
from app.desk.drafts.draft import Handover, Review
from app.rechecking import CheckedSentence
from app.ui.tickets import draft_markup
from app.ui.wording import words_for
from tests.app.desk.drafts.playing import RETURNS, citation, draft_of, quoted, ticket

WORDS = words_for("en")
EVIL = "<script>alert(1)</script>"


def test_each_question_stands_over_its_sentences_and_chips() -> None:
    made = draft_of(ticket("Can I return it? Will it rain?"), {"return": quoted(citation(RETURNS))})
    html = draft_markup.evidence_html(made, -7, WORDS)
    assert html.index("Can I return it?") < html.index(RETURNS) < html.index("Will it rain?")
    assert 'popovertarget="pd-source--7-1"' in html
    assert html.endswith("No document answers this</p></div>")


def test_what_is_held_says_why_and_nothing_is_taken_for_markup() -> None:
    asked = ticket(f"Can I return it {EVIL}?", language="de")
    made = draft_of(asked, {"return": quoted(citation(RETURNS + EVIL))})
    html = draft_markup.evidence_html(made, 1, WORDS)
    assert "translate it before sending" in html and "<script>" not in html
    for other in (
        draft_markup.letter_html(EVIL, "ar"),
        draft_markup.beside_html([Beside("x", EVIL, "en", False)], WORDS),
        draft_markup.difference_html(difference("A b c.", EVIL), "en", WORDS),
        draft_markup.review_html(Review(text=EVIL, untranslated=(EVIL,)), "en", WORDS),
        draft_markup.handover_html(
            Handover(cause=EVIL, team=EVIL, priority="high", first_step=EVIL, takes_over=True), WORDS
        ),
    ):
        assert "<script>" not in other


def test_what_must_not_go_out_stands_before_what_is_to_be_looked_at() -> None:
    bad = CheckedSentence(text="A key.", supported=False, score=0, codes=("leak-secret",), forbidden=True)
    doubtful = CheckedSentence(text="A gift.", supported=True, score=1, codes=("commitment-not-in-evidence",))
    html = draft_markup.review_html(Review(text="x", sentences=(doubtful, bad)), "en", WORDS)
    assert html.index("A key.") < html.index("A gift.")
    assert "a promise the documents do not make" in html
    assert "Everything here" in draft_markup.review_html(Review(text="x"), "en", WORDS)


def test_a_letter_runs_in_its_own_direction() -> None:
    assert 'lang="ar" dir="rtl"' in draft_markup.letter_html("مرحبا", "ar")


def test_a_draft_sent_as_it_was_has_no_list_of_changes() -> None:
    assert draft_markup.difference_html(difference("A.", "A."), "en", WORDS) == ""
