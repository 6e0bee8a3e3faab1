"""Yes is understood in every language in which the offer to hand a question over is made."""

from __future__ import annotations

import pytest

from app.escalations.accepting import accepts
from prompts.library import languages

YES = {
    "cs": "Ano, prosím.", "da": "Ja tak!", "el": "Ναι", "en": "Yes, please!", "fa": "بله", "fr": "Oui, s’il vous plaît",
    "he": "כן, בבקשה", "hi": "जी हाँ", "id": "Ya, tolong", "it": "Sì, grazie", "ko": "네, 부탁드립니다", "nl": "Graag",
    "pl": "TAK", "pt": "Sim, obrigada", "ro": "Da, vă rog", "ru": "Да, пожалуйста", "sv": "Ja, gärna",
    "tr": "Evet lütfen", "uk": "Так, будь ласка", "vi": "Vâng ạ", "zh": "好的，谢谢", "ar": "نعم", "de": "Gerne",
    "es": "Sí", "ja": "お願いします", "th": "ได้ค่ะ รบกวนด้วยค่ะ",
    "no": "Ja takk!", "fi": "Kyllä, kiitos.", "hu": "Igen, kérem",
}  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_yes_is_understood(language: str) -> None:
    assert accepts(YES[language], language)


@pytest.mark.parametrize(
    ("text", "language"), [("", "de"), ("...", "de"), ("Ja, aber wie lange?", "de"), ("Nein", "de"), ("दिल्ली", "hi")]
)
def test_what_says_more_or_something_else_is_not_taken_for_it(text: str, language: str) -> None:
    assert not accepts(text, language)
