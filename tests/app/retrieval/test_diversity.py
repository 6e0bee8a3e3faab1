"""Lists of passages that say different things."""

from __future__ import annotations

import pytest

from app.retrieval.diversity import diverse, says_nothing_new
from tests.app.retrieval.conftest import MakePassage

RULE = (
    "A customer may send an article back within 45 days of delivery.",
    "The postage is paid by Merova if the parcel weighs less than 25 kg.",
)


def test_an_old_copy_stands_behind_the_best_one(make_passage: MakePassage) -> None:
    best, copy = make_passage(RULE), make_passage(RULE)
    other = make_passage(["Gift cards are valid for three years."], title="Gift cards", heading=("Validity",))
    first, second = diverse([best, copy, other], 8, 8)
    assert (first.chunk, second.chunk) == (best.chunk, other.chunk)
    assert [passage.chunk for passage in first.similar] == [copy.chunk]
    assert second.similar == ()


def test_the_place_of_a_copy_is_given_to_the_next_passage(make_passage: MakePassage) -> None:
    passages = [make_passage(RULE), make_passage(RULE), make_passage([RULE[0]], heading=("Summary",))]
    passages.append(make_passage(["Gift cards are valid for three years."], title="Gift cards"))
    assert [each.chunk for each in diverse(passages, 2, 2)] == [passages[0].chunk, passages[3].chunk]


def test_letter_case_punctuation_and_one_other_spelling_make_no_news(make_passage: MakePassage) -> None:
    written_otherwise = [RULE[0].upper().rstrip("."), RULE[1].replace("Merova", "MEROVA")]
    assert says_nothing_new(make_passage(written_otherwise), make_passage(RULE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("45 days", "30 days"),
        ("45 days", "45 working days"),
        ("25 kg", "20 kg"),
        ("less than", "more than"),
        ("may send", "may not send"),
        ("A customer", "Nobody"),
        ("if the parcel", "unless the parcel"),
        ("by Merova", "by Merova Austria"),
    ],
)
def test_what_turns_the_rule_round_is_news(make_passage: MakePassage, old: str, new: str) -> None:
    changed = [unit.replace(old, new) for unit in RULE]
    assert changed != list(RULE)
    assert not says_nothing_new(make_passage(changed), make_passage(RULE))


@pytest.mark.parametrize(
    ("language", "one", "another"),
    [
        ("de", "Der Versand kostet 5,90 €.", "Der Versand kostet 8,90 €."),
        ("ja", "返品は14日以内にお願いします。", "返品は30日以内にお願いします。"),
        ("ar", "يمكن إرجاع المنتج خلال ١٤ يوما.", "يمكن إرجاع المنتج خلال ٣٠ يوما."),
        ("th", "คืนสินค้าได้ภายใน 14 วัน", "คืนสินค้าได้ภายใน 30 วัน"),
        ("zh", "可以退货。", "不可以退货。"),
    ],
)
def test_another_number_or_a_not_is_news_in_any_language(
    make_passage: MakePassage, language: str, one: str, another: str
) -> None:
    first = make_passage([one], language=language)
    assert says_nothing_new(make_passage([one], language=language), first)
    assert not says_nothing_new(make_passage([another], language=language), first)


def test_the_same_words_for_another_country_are_another_answer(make_passage: MakePassage) -> None:
    germany = make_passage(RULE, countries={"DE": 1.0})
    assert not says_nothing_new(make_passage(RULE, countries={"AT": 1.0}), germany)
    assert not says_nothing_new(make_passage(RULE, heading=("Deadlines", "Switzerland")), make_passage(RULE))
    assert says_nothing_new(make_passage(RULE, countries={"DE": 1.0}), germany)


def test_a_passage_that_says_more_is_kept_and_one_that_says_less_is_not(make_passage: MakePassage) -> None:
    longer, shorter = make_passage(RULE), make_passage(RULE[:1])
    assert says_nothing_new(shorter, longer)
    assert not says_nothing_new(longer, shorter)


def test_a_ticket_and_a_paper_never_stand_for_each_other(make_passage: MakePassage) -> None:
    ticket = make_passage(RULE, kind="ticket", customer_id="C-1")
    assert not says_nothing_new(ticket, make_passage(RULE))


def test_no_more_history_than_allowed_even_where_it_is_nearest(make_passage: MakePassage) -> None:
    tickets = [make_passage([f"Order {n} was late."], kind="ticket", customer_id="C-1") for n in range(3)]
    papers = [make_passage([f"Rule {n} on late orders."]) for n in range(3)]
    chosen = diverse([*tickets, *papers], 3, 1)
    assert [each.chunk for each in chosen] == [tickets[0].chunk, papers[0].chunk, papers[1].chunk]
