"""Content words and coverage work in languages with and without spaces, in any inflection."""

from __future__ import annotations

import pytest

from guardrails.tokens import content_words, coverage


def test_stop_words_numbers_and_case_are_left_out() -> None:
    assert content_words("The Refund takes 14 days", "en") == {"refund", "takes", "days"}


def test_accents_do_not_matter() -> None:
    assert content_words("Überprüfung", "de") == content_words("uberprufung", "de")


def test_languages_without_spaces_give_pairs_of_characters() -> None:
    assert content_words("退款政策", "zh") == {"退款", "款政", "政策"}
    assert all(len(word) == 2 for word in content_words("การคืนเงิน", "th"))


def test_vowel_signs_stay_in_their_words() -> None:
    assert "वापसी" in content_words("वापसी की अवधि", "hi")


@pytest.mark.parametrize(
    ("language", "claim", "evidence"),
    [
        ("de", "Rücksendungen kostenlos", "Die Rücksendung ist kostenlose Leistung."),
        ("pl", "zwroty towaru", "Zwrot towarów jest możliwy."),
        ("hi", "वापसी", "वापसियों की अवधि"),
        ("ar", "استرجاع المنتجات", "يمكن استرجاع منتجات المتجر"),
        ("tr", "iadeler ücretsiz", "İadelerin ücretsizdir"),
        ("ja", "返品は無料", "返品は無料です"),
        ("th", "คืนสินค้า", "ลูกค้าคืนสินค้าได้"),
    ],
)
def test_inflection_does_not_break_coverage(language: str, claim: str, evidence: str) -> None:
    assert coverage(claim, evidence, language) >= 0.6


def test_other_words_are_not_covered() -> None:
    assert coverage("Elephants adore bananas", "The refund takes two weeks", "en") == 0.0


def test_a_claim_without_words_is_not_covered() -> None:
    assert coverage("14", "14 days", "en") == 0.0
