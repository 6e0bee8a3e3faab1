"""A brief names every change of meaning, and says nothing where only the form changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from app.desk.changes.change import Change
from app.desk.changes.comparing import compare_versions
from guardrails.support import Vectors
from tests.app.desk.changes.texts import changes, chunks, kinds


def values(found: Sequence[Change]) -> list[tuple[str, str, str]]:
    return [(value.kind, value.old, value.new) for change in found for value in change.values]


@pytest.mark.parametrize(
    ("old", "new", "language"),
    [
        ("# A\nDie Kaution beträgt 1.000,00 €.", "# A\nDie Kaution beträgt 1,000.00 EUR.", "de"),
        ("# A\nIt takes fourteen days.", "# A\n\n* It takes 14 days", "en"),
        ('# A\nHe said "no" - at once.', "# A\nHe said “no” – at once.", "en"),
        ("# A\n- One rule.\n- Another rule.", "# A\nOne rule. Another rule.", "en"),
        ("# A\nThe fee is EUR 5 and the wait is 3 days.", "# A\nThe fee is EUR 5\n\nand the wait is 3 days.", "en"),
        ("# A\n## B\nWait 2 days.\n## C\nPay EUR 3.", "# A\n### C\nPay EUR 3.\n### B\nWait 2 days.", "en"),
        ("# A\n## B\nWait 2 days.", "# A\n## B, in other words\nWait 2 days.", "en"),
        ("# A\nSame words. Other words.\n\nSame words.", "# A\nOther words. Same words.", "en"),
        ("# 规则\n保修期为十二个月。", "# 规则\n- 保修期为12个月", "zh"),
        ("# नियम\nशुल्क ₹1,00,000 है।", "# नियम\nशुल्क ₹१००,००० है।", "hi"),
    ],
)
def test_another_form_is_no_change(old: str, new: str, language: str) -> None:
    assert changes(old, new, language) == []


def test_figures_are_called_out_in_the_words_of_either_version() -> None:
    found = changes(
        "# A\nReturns take 14 days and cost EUR 4.90, or 10 % of the price.",
        "# A\nReturns take 30 days and cost EUR 5.90, or 15 % of the price.",
    )
    assert values(found) == [
        ("deadline", "14 days", "30 days"),
        ("amount", "EUR 4.90", "EUR 5.90"),
        ("percentage", "10 %", "15 %"),
    ]
    [change] = found
    assert [change.old[start:end] for start, end in change.old_marks] == ["14 days", "EUR 4.90", "10 %"]


def test_two_figures_that_swap_places_have_changed() -> None:
    found = changes("# A\nIt costs EUR 5 online and EUR 7 in store.", "# A\nIt costs EUR 7 online and EUR 5 in store.")
    assert values(found) == [("amount", "EUR 5", "EUR 7"), ("amount", "EUR 7", "EUR 5")]


def test_a_figure_stands_beside_the_one_in_whose_place_it_came() -> None:
    found = changes(
        "# A\nDelivery takes 3 days. Returns are open for 30 days after delivery, refunds take 7 days.",
        "# A\nDelivery takes 3 days. Returns are open for 45 days after delivery and refunds need 9 days.",
    )
    assert values(found) == [("deadline", "30 days", "45 days"), ("deadline", "7 days", "9 days")]


def test_working_days_are_no_days() -> None:
    assert values(changes("# A\nWir zahlen in 7 Werktagen.", "# A\nWir zahlen in 7 Tagen.", "de")) == [
        ("deadline", "7 Werktagen", "7 Tagen")
    ]


def test_a_number_word_is_a_number_and_an_article_is_none() -> None:
    one, two = "# A\nA customer may return one item.", "# A\nA customer may return two items."
    assert values(changes(one, two)) == [("number", "one", "two")]
    other = "# A\nEl cliente tiene una pregunta sobre el envío.", "# A\nEl cliente tiene preguntas sobre el envío."
    assert kinds(*other, "es") == [("wording",)]


def test_below_zero_is_not_above() -> None:
    assert len(changes("# A\nStore it at -18 °C.", "# A\nStore it at 18 °C.")) == 1


@pytest.mark.parametrize(
    ("old", "new", "language"),
    [
        ("Opened goods can be returned.", "Opened goods cannot be returned.", "en"),
        ("Der Beleg muss beiliegen.", "Der Beleg kann beiliegen.", "de"),
        ("Le dépôt est remboursé.", "Le dépôt n'est pas remboursé.", "fr"),
        ("Klient musi podać numer.", "Klient może podać numer.", "pl"),
        ("開封した商品は返品できます。", "開封した商品は返品できません。", "ja"),
        ("يشمل الضمان البطارية.", "لا يشمل الضمان البطارية.", "ar"),
        ("สินค้านี้สามารถคืนได้", "สินค้านี้ไม่สามารถคืนได้", "th"),
    ],
)
def test_a_permission_that_turns_is_seen(old: str, new: str, language: str) -> None:
    assert kinds(f"# A\n{old}", f"# A\n{new}", language) == [("permission",)]


def test_a_denial_in_other_words_is_still_one() -> None:
    assert kinds("# A\nA refund of the fee is not possible.", "# A\nA refund of the fee is excluded.") == [("wording",)]


def test_for_whom_and_where_is_scope() -> None:
    assert kinds("# A\nWe deliver to France.", "# A\nWe deliver to Spain.") == [("scope",)]
    assert kinds("# A\nInvoices are open to all customers.", "# A\nInvoices are open to business customers only.") == [
        ("scope",)
    ]


def test_a_rule_that_moves_to_other_people_is_a_change() -> None:
    old = "# A\n## Business customers\nNo fee. Pay later.\n## Private customers\nPay now."
    new = "# A\n## Business customers\nPay later.\n## Private customers\nNo fee. Pay now."
    [change] = changes(old, new)
    assert (change.kinds, change.place_only, change.old) == (("scope",), True, "No fee.")
    assert (change.old_heading, change.new_heading) == (("Business customers",), ("Private customers",))


def test_a_rule_that_one_of_two_sections_loses_is_gone() -> None:
    old = "# A\n## Trains\nNo fee.\n## Buses\nNo fee."
    gone, come = changes(old, "# A\n## Trains\nBook early.\n## Buses\nNo fee.")
    assert (gone.kinds, gone.old, gone.old_heading) == (("removed",), "No fee.", ("Trains",))
    assert (come.kinds, come.new) == (("added",), "Book early.")


def test_a_heading_counts_where_it_says_for_whom() -> None:
    old, new = "# A\n## Fees\nPay EUR 3.", "# A\n## Fees for business customers\nPay EUR 3."
    assert kinds(old, new) == [("scope",)]


def test_rows_of_a_table_are_told_by_their_first_cell() -> None:
    head = "# A\n| Country | Fee |\n|---|---|\n"
    old = f"{head}| Spain | EUR 4 |\n| Italy | EUR 6 |\n| Malta | EUR 9 |"
    found = changes(old, f"{head}| Malta | EUR 9 |\n| Spain | EUR 6 |\n| Greece | EUR 6 |")
    assert sorted((change.kinds[0], change.old, change.new) for change in found) == [
        ("added", "", "Country: Greece; Fee: EUR 6"),
        ("amount", "Country: Spain; Fee: EUR 4", "Country: Spain; Fee: EUR 6"),
        ("removed", "Country: Italy; Fee: EUR 6", ""),
    ]


def test_a_sentence_that_was_cut_in_two_is_no_new_rule() -> None:
    old = "# A\nCustomers may send goods back within 14 days and we pay the postage."
    new = "# A\nCustomers may send goods back within 30 days. And we pay the postage."
    [change] = changes(old, new)
    assert values([change]) == [("deadline", "14 days", "30 days")]
    assert change.new.endswith("And we pay the postage.")


def test_what_came_and_went_stands_where_it_was() -> None:
    found = changes(
        "# A\nFirst rule here. Old one about boats.\n\nLast words.", "# A\nFirst rule here.\n\nLast words. Pay by card."
    )
    assert [(change.kinds, change.old, change.new) for change in found] == [
        (("removed",), "Old one about boats.", ""),
        (("added",), "", "Pay by card."),
    ]


def test_vectors_tell_which_sentence_became_which_where_words_do_not() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str], _languages: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return np.array([[1.0, 0.0] if "mone" in text or "refund" in text else [0.0, 1.0] for text in texts])

    old = chunks("# A\nYou get your money back in 14 days.")
    [change] = compare_versions(old, chunks("# A\nThe refund arrives within 30 days."), embed)
    assert values([change]) == [("deadline", "14 days", "30 days")]
    assert len(asked) == 2
    asked.clear()
    compare_versions(old, chunks("# A\nYou get your money back in 30 days."), embed)
    assert asked == []  # the words tell


def test_a_long_text_that_was_written_anew_is_compared_in_seconds() -> None:
    old = "# A\n" + "\n\n".join(f"Rule number {at} speaks of parcel {at * 7} and of its label." for at in range(300))
    new = old.replace("speaks of", "is about").replace("its label", "the label on it")
    found = changes(old, new)
    assert len(found) == 300 and not any(change.values for change in found)  # each beside the one it was
