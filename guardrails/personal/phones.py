"""Telephone numbers: international ones, national ones of the question's language, and what a word calls one."""

from __future__ import annotations

import regex

from guardrails.personal.context import stands_before, stands_near
from guardrails.personal.spans import PHONE, PersonalSpan

# Chinese and Japanese write numbers right behind words, so only Latin letters and digits count as beside.
_CANDIDATE = regex.compile(
    r"(?<![a-z\d_+./:-])(?<!\d,)(?:\+ ?|00)?\(?\d(?:[ ]?[().\-/]{0,2}[ ]?\d){5,14}"
    r"(?: ?(?:x|ext\.?|доб\.?|int\.) ?\d{1,5})?(?![a-z\d_%€$£¥]|[.,/:-]\d)",
    regex.IGNORECASE,
)
# What has as many digits and is something else.
_DATE = regex.compile(
    r"(?:1[3-9]|2[0-5])\d\d[-./] ?[01]?\d[-./] ?[0-3]?\d(?: \d{1,2})?"
    r"|[0-3]?\d[-./] ?[0-3]?\d[-./] ?(?:19|20)\d\d(?: \d{1,2})?"
)
_YEARS = regex.compile(r"(?:19|20)\d{2} ?[-/] ?(?:19|20)\d{2}")
_AMOUNT = regex.compile(r"\d{1,3}(?:[. ]\d{3})+")
_MONEY_BEFORE = regex.compile(r"(?:[€$£¥₹₩₽฿]|\b(?:EUR|USD|GBP|CHF|JPY|PLN|TRY|INR|CNY))\s*$")
_MONEY_BEHIND = regex.compile(
    r"\s*(?:[€$£¥₹₩₽฿]|(?:EUR|USD|GBP|CHF|JPY|PLN|TRY|INR|CNY|euro|zł|руб|円|元|원|บาท)\b)", regex.IGNORECASE
)
# Three groups with a first one in brackets or hyphens between them, or a trunk zero: nobody writes amounts so.
_WRITTEN_AS_PHONE = regex.compile(
    r"\(\d{1,5}\) ?\d[\d -]{4,}|\d{3}[-.]\d{3,4}[-.]\d{4}(?:x\d+)?|0\d{1,4}[ /-]\d[\d /-]{4,}|0\d(?:[ .]\d\d){4}"
)
_REGIONS = {
    "de": ("DE", "AT", "CH"),
    "en": ("US", "GB"),
    "fr": ("FR", "BE", "CH"),
    "es": ("ES", "MX"),
    "it": ("IT",),
    "pt": ("PT", "BR"),
    "nl": ("NL", "BE"),
    "pl": ("PL",),
    "tr": ("TR",),
    "ru": ("RU",),
    "uk": ("UA",),
    "ar": ("EG", "SA", "AE"),
    "hi": ("IN",),
    "zh": ("CN", "TW", "HK"),
    "ja": ("JP",),
    "ko": ("KR",),
    "th": ("TH",),
    "sv": ("SE",),
    "da": ("DK",),
    "no": ("NO",),
    "fi": ("FI",),
    "cs": ("CZ",),
    "el": ("GR",),
    "vi": ("VN",),
}


class PhoneRecognizer:
    """Finds telephone numbers in a text with plain digits, in the language that it was made for."""

    def __init__(self, language: str) -> None:
        self._regions = _REGIONS.get(language, ())

    def find(self, text: str) -> list[PersonalSpan]:
        """Where a number stands that is one for phones."""
        found = []
        for match in _CANDIDATE.finditer(text):
            if score := self._score(text, match):
                found.append(PersonalSpan(match.start(), match.end(), PHONE, score))
        return found

    def _score(self, text: str, match: regex.Match[str]) -> float:
        """0 where it is none."""
        number = match[0]
        if any(form.fullmatch(number) for form in (_DATE, _YEARS)):
            return 0.0
        if number.startswith(("+", "00")):
            return 0.9 if _exists(number, None) else 0.0
        before = text[max(0, match.start() - 6) : match.start()]
        if _MONEY_BEHIND.match(text, match.end()) or _MONEY_BEFORE.search(before):
            return 0.0
        if stands_before(text, match.start(), "not-a-phone"):
            return 0.0
        if stands_near(text, match.start(), match.end(), "phone"):
            return 0.85
        if _AMOUNT.fullmatch(number):
            return 0.0
        if _WRITTEN_AS_PHONE.fullmatch(number):
            return 0.7
        separated = not number.isdigit() or number.startswith("0")
        return 0.6 if separated and any(_exists(number, region) for region in self._regions) else 0.0


def _exists(number: str, region: str | None) -> bool:
    """Whether the plan of numbers has room for it; without a region it has to begin with + or 00."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse("+" + number[2:] if number.startswith("00") and region is None else number, region)
    except phonenumbers.NumberParseException:
        return False
    if region is None:
        return bool(phonenumbers.is_possible_number(parsed)) or len(str(parsed.national_number)) >= 8
    return bool(phonenumbers.is_valid_number(parsed))
