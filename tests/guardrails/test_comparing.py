"""A comparison without figures is held against the figures of the evidence, in every language."""

from __future__ import annotations

import pytest

from guardrails.entailment import Clause, clauses, compared, held_against, said
from guardrails.entailment.comparing import Held


def outcome(claim: str, language: str, evidence: str, of: str = "") -> bool | None:
    """Whether the figures bear the comparison out; None where they tell nothing."""
    sentence = said(claim, language)
    comparison = compared(sentence)
    assert comparison is not None
    known = [said(clause, of or language) for clause in clauses(evidence, of or language)]
    held: Held | None = held_against(comparison, Clause(sentence), known)
    return held.is_borne_out if held else None


@pytest.mark.parametrize(
    ("true", "false", "language", "evidence"),
    [
        (
            "Express is dearer than Standard.",
            "Express is cheaper than Standard.",
            "en",
            "Standard 5 €, Express 9 €.",
        ),
        (
            "Komfort kostet mehr als Basis.",
            "Komfort kostet weniger als Basis.",
            "de",
            "Basis: 5 €, Komfort: 9 €.",
        ),
        (
            "Le train est plus lent que l'avion.",
            "Le train est plus rapide que l'avion.",
            "fr",
            "Le train met 5 heures, l'avion 2 heures.",
        ),
        (
            "La caja pequeña es más barata que la grande.",
            "La caja pequeña es más cara que la grande.",
            "es",
            "La caja grande cuesta 9 €, la pequeña 5 €.",
        ),
        (
            "A caixa pequena é mais barata que a grande.",
            "A caixa pequena é mais cara que a grande.",
            "pt",
            "A caixa grande custa 9 €, a pequena 5 €.",
        ),
        (
            "La nave è più lenta del treno.",
            "La nave è più rapida del treno.",
            "it",
            "La nave impiega 5 ore, il treno 2 ore.",
        ),
        (
            "Kurier jest droższy niż paczkomat.",
            "Kurier jest tańszy niż paczkomat.",
            "pl",
            "Paczkomat kosztuje 9 zł, kurier 15 zł.",
        ),
        (
            "De trein is duurder dan de bus.",
            "De trein is goedkoper dan de bus.",
            "nl",
            "De bus kost 5 €, de trein 9 €.",
        ),
        (
            "التوصيل السريع أغلى من التوصيل العادي.",
            "التوصيل السريع أرخص من التوصيل العادي.",
            "ar",
            "التوصيل العادي ٥ دراهم، التوصيل السريع ٩ دراهم.",
        ),
        (
            "बड़ा डिब्बा छोटे डिब्बे से महंगा है।",
            "बड़ा डिब्बा छोटे डिब्बे से सस्ता है।",
            "hi",
            "छोटे डिब्बे के 5 रुपये, बड़ा डिब्बा 9 रुपये।",
        ),
        (
            "速達のほうが普通便より早く届きます。",
            "速達のほうが普通便より遅く届きます。",
            "ja",
            "速達は2日、普通便は5日かかります。",
        ),
        (
            "普通便より速達のほうが早く届きます。",
            "普通便より速達のほうが遅く届きます。",
            "ja",
            "速達は2日、普通便は5日かかります。",
        ),
        (
            "定期利率比活期高。",
            "定期利率比活期低。",
            "zh",
            "活期利率0.20%，定期利率1.50%。",
        ),
        (
            "ค่าส่งด่วนแพงกว่าค่าส่งธรรมดา",
            "ค่าส่งด่วนถูกกว่าค่าส่งธรรมดา",
            "th",
            "ค่าส่งธรรมดา 40 บาท, ค่าส่งด่วน 90 บาท",
        ),
    ],
)
def test_the_figures_tell_which_way_round_it_is(true: str, false: str, language: str, evidence: str) -> None:
    assert outcome(true, language, evidence) is True
    assert outcome(false, language, evidence) is False


def test_names_and_numbers_in_names_tell_it_across_languages() -> None:
    evidence = "Fibre 300 kostet 59 € im Monat, Fibre 600 kostet 79 €."
    assert outcome("Fibre 600 is dearer than Fibre 300.", "en", evidence, "de") is True
    assert outcome("Fibre 600 is cheaper than Fibre 300.", "en", evidence, "de") is False


@pytest.mark.parametrize(
    "evidence",
    ["The lamp costs 5 €, the chair 9 €.", "Express costs 5 €, Standard 5 €.", "Express costs 5 €.", "No figures."],
)
def test_figures_of_other_things_tell_nothing(evidence: str) -> None:
    assert outcome("Express is dearer than Standard.", "en", evidence) is None


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Parcels may weigh no more than 20 kg.", "en"),
        ("Express is not cheaper than Standard.", "en"),
        ("Videos of more than ten minutes are uploaded.", "en"),
        ("45 वर्ष से अधिक आयु पर जाँच होती है।", "hi"),
    ],
)
def test_a_bound_or_a_denied_comparison_is_none(sentence: str, language: str) -> None:
    assert compared(said(sentence, language)) is None
