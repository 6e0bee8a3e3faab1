"""What stands right behind a cited sentence and limits it is shown with an answer that leaves it out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.asking import _print_answer
from app.composer import AnswerComposer
from app.retrieval.passages import Passage
from tests.app.passages import passage

RULE, LIMIT = "Articles can be returned within 100 days.", "This does not apply to reduced goods."
RULES = passage([RULE, LIMIT, "The label costs 6.90 €."], 1)
PAIRS = {
    "en": (RULE, LIMIT),
    "de": ("Artikel können Sie innerhalb von 100 Tagen zurückgeben.", "Das gilt nicht für reduzierte Ware."),
    "fr": ("Vous pouvez rendre un article sous 100 jours.", "Les articles soldés sont exclus."),
    "es": ("Puede devolver un artículo en 100 días.", "Esto no vale para los artículos rebajados."),
    "pt": ("Pode devolver um artigo em 100 dias.", "Isto não se aplica a artigos em promoção."),
    "it": ("Può restituire un articolo entro 100 giorni.", "Gli articoli scontati sono esclusi."),
    "pl": ("Towar można zwrócić w ciągu 100 dni.", "Nie dotyczy to towarów przecenionych."),
    "ar": ("يمكنك إرجاع السلعة خلال ١٠٠ يوم.", "لا يشمل ذلك السلع المخفضة."),
    "hi": ("सामान 100 दिनों के भीतर लौटाया जा सकता है।", "यह छूट वाले सामान पर लागू नहीं होता।"),
    "ja": ("商品は100日以内に返品できます。", "セール品は対象外です。"),
    "zh": ("商品可在100天内退回。", "打折商品不适用。"),
    "th": ("คืนสินค้าได้ภายใน 100 วัน", "ไม่รวมสินค้าลดราคา"),
}


def limits_of(found: Passage, *told: tuple[str, int], language: str = "en") -> list[str]:
    """What limits the citations of an answer.

    :param told: its sentences, each with the unit that it rests on.
    """
    composer = AnswerComposer(language)
    for text, at in told:
        composer.show(text, 0.9, [(found, found.chunk.units[at])])
    return [each.limited_by for each in composer.answer("answer").citations]


@pytest.mark.parametrize("language", PAIRS)
def test_a_sentence_that_limits_the_cited_one_is_told_in_every_language(language: str) -> None:
    rule, limit = PAIRS[language]
    found = passage([rule, limit], 1, language=language)
    assert limits_of(found, ("You have 100 days.", 0)) == [limit]
    assert limits_of(found, (rule, 0), language=language) == [limit]  # quoted word for word


def test_a_sentence_about_something_else_limits_nothing() -> None:
    assert limits_of(RULES, ("A label is 6.90 €.", 2)) == [""]
    assert limits_of(passage([RULE, "The label costs 6.90 €."], 1), ("You have 100 days.", 0)) == [""]


def test_an_answer_that_tells_the_limit_is_not_told_it_again() -> None:
    assert limits_of(RULES, ("You have 100 days, but not for reduced goods.", 0)) == [""]
    assert limits_of(RULES, ("You have 100 days.", 0), ("Reduced goods are excluded.", 1)) == ["", ""]
    assert limits_of(RULES, ("You have 100 days.", 0), ("The label costs 6.90 €.", 2)) == [LIMIT, ""]


def test_two_sentences_behind_it_are_told_and_no_more() -> None:
    behind = [LIMIT, "Gift cards are excluded.", "Mattresses are never taken back."]
    assert limits_of(passage([RULE, *behind], 1), ("You have 100 days.", 0)) == [" ".join(behind[:2])]


@pytest.mark.parametrize("between", ["\n", "\n- ", "    "])
def test_another_paragraph_another_point_and_what_was_taken_out_do_not_belong_to_it(between: str) -> None:
    first, second = RULES.chunk.units[:2]
    moved = len(between) - 1
    later = replace(second, start=second.start + moved, end=second.end + moved)
    text = f"{RULE}{between}{LIMIT}"
    chunk = replace(RULES.chunk, text=text, end=RULES.chunk.start + len(text), units=(first, later))
    assert limits_of(replace(RULES, chunk=chunk), ("You have 100 days.", 0)) == [""]


def test_the_next_row_of_a_table_limits_nothing() -> None:
    rows = replace(RULES, chunk=replace(RULES.chunk, header="Article; Days"))
    assert limits_of(rows, ("You have 100 days.", 0)) == [""]


def test_the_command_line_prints_it_under_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    composer = AnswerComposer("en")
    composer.show("You have 100 days.", 0.9, [(RULES, RULES.chunk.units[0])])
    _print_answer(composer.answer("answer"), as_json=False)
    source, limit = capsys.readouterr().out.splitlines()[1:3]
    assert source.startswith("[1] Returns > Rules (returns.md, version 1")
    assert limit == f"    limited by: {LIMIT}"
