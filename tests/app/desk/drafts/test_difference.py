"""What an agent changed, sentence by sentence."""

from __future__ import annotations

from app.desk.drafts.difference import difference

DRAFT = "Dear customer,\n\nYou have 30 days. Shipping is 6.90 €.\n\nKind regards"


def test_a_draft_that_went_out_as_it_was_has_no_difference() -> None:
    found = difference(DRAFT, DRAFT)
    assert (found.kept, found.edit_share) == (4, 0.0)
    assert not (found.changed or found.added or found.removed)


def test_sentences_are_kept_changed_added_and_taken_out() -> None:
    sent = (
        "Dear customer,\n\nYou have 30 days from delivery. We are sorry about the noise of the machine.\n\nKind regards"
    )
    found = difference(DRAFT, sent)
    assert found.kept == 2
    assert [(each.old, each.new) for each in found.changed] == [
        ("You have 30 days.", "You have 30 days from delivery.")
    ]
    assert [each.text for each in found.added] == ["We are sorry about the noise of the machine."]
    assert [each.text for each in found.removed] == ["Shipping is 6.90 €."]
    assert 0.3 < found.edit_share < 0.7


def test_a_sentence_that_moved_is_kept() -> None:
    assert difference("A is so. B is so.", "B is so. A is so.").edit_share == 0


def test_everything_new_is_a_share_of_one() -> None:
    assert difference("一二三。", "Quite another text.").edit_share == 1
    assert difference("", "").edit_share == 0
