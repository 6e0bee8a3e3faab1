"""How binding a clause is, is told in every language, and what cannot hold together is found."""

from __future__ import annotations

import pytest

from guardrails.entailment import Pair, findings, said
from guardrails.entailment.duty import opposed
from guardrails.entailment.lexicon import languages


@pytest.mark.parametrize(
    ("language", "needed", "unneeded", "barred"),
    [
        ("en", "A receipt is required.", "A receipt is not required.", "A receipt must not be shown."),
        ("de", "Ein Beleg ist nötig.", "Ein Beleg ist nicht nötig.", "Das Öffnen ist verboten."),
        ("fr", "Un reçu est nécessaire.", "Un reçu n'est pas nécessaire.", "Ne doit être ouvert."),
        ("es", "El recibo es imprescindible.", "El recibo no es imprescindible.", "No se puede abrir."),
        ("pt", "O recibo é obrigatório.", "O recibo não é obrigatório.", "É proibido abrir."),
        ("it", "La ricevuta è obbligatoria.", "La ricevuta non è obbligatoria.", "Non deve essere aperto."),
        ("pl", "Paragon jest konieczny.", "Paragon nie jest konieczny.", "Nie wolno otwierać."),
        ("nl", "Een bon is nodig.", "Een bon is niet nodig.", "Openen is verboden."),
        ("tr", "Fiş zorunludur.", "Katılım isteğe bağlı.", "Açmak yasaktır."),
        ("ar", "الإيصال مطلوب.", "الإيصال غير مطلوب.", "يحظر فتح الجهاز."),
        ("hi", "रसीद अनिवार्य है।", "रसीद अनिवार्य नहीं है।", "इसे खोलना मना है।"),
        ("ja", "領収書が必要です。", "領収書は必要ありません。", "開けることはできません。"),
        ("zh", "必须出示收据。", "不需要收据。", "禁止拆封。"),
        ("th", "ต้องแสดงใบเสร็จ", "ไม่ต้องแสดงใบเสร็จ", "ห้ามเปิด"),
    ],
)
def test_a_duty_is_told_from_its_denial(language: str, needed: str, unneeded: str, barred: str) -> None:
    duties = [said(text, language).duty for text in (needed, unneeded, barred)]
    assert duties == ["needed", "unneeded", "barred"]


def test_every_language_with_words_has_words_for_duty() -> None:
    import yaml

    from guardrails.entailment.duty import _FILE

    assert sorted(yaml.safe_load(_FILE.read_text(encoding="utf-8"))) == languages()


def test_what_cannot_hold_together_is_found() -> None:
    evidence = said("Paragon jest konieczny.", "pl")
    claim = said("A receipt is optional.", "en")
    found = {finding.feature: finding.code for finding in findings([Pair(claim, [(evidence, 1.0)])], [evidence])}
    assert found["duty_turned"] == "modality"
    assert opposed("allowed", "barred")
    assert not opposed("allowed", "unneeded")
    assert not opposed("", "needed")


def test_of_two_duties_in_a_clause_none_is_told() -> None:
    assert said("A receipt is required but a photo is optional.", "en").duty == ""


def test_a_denial_behind_a_pause_is_of_something_else() -> None:
    assert said("Sconti non ce ne sono, ma dopo dieci giorni può annullare l'ordine.", "it").duty == "allowed"
    assert said("Dopo dieci giorni non può annullare l'ordine.", "it").duty == "barred"
    assert said("There are no discounts, but you may cancel.", "en").duty == "allowed"
