"""Writing systems: which one a text is in, and what it says of the language."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Literal

Script = Literal["latin", "cyrillic", "arabic", "han", "kana", "hangul", "thai", "devanagari", "greek", "hebrew"]

LANGUAGES_OF: dict[Script, tuple[str, ...]] = {
    "latin": (
        *("en", "de", "fr", "es", "pt", "it", "pl", "nl", "tr"),
        *("cs", "ro", "sv", "da", "no", "fi", "hu", "vi", "id"),
    ),
    "cyrillic": ("ru", "uk"),
    "arabic": ("ar", "fa"),
    "han": ("zh", "ja"),
    "kana": ("ja",),
    "hangul": ("ko",),
    "thai": ("th",),
    "devanagari": ("hi",),
    "greek": ("el",),
    "hebrew": ("he",),
}

_RANGES: tuple[tuple[int, int, Script], ...] = (
    (0x0041, 0x024F, "latin"),
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x077F, "arabic"),
    (0x08A0, 0x08FF, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0x0E00, 0x0E7F, "thai"),
    (0x1100, 0x11FF, "hangul"),
    (0x1E00, 0x1EFF, "latin"),
    (0x1F00, 0x1FFF, "greek"),
    (0x3041, 0x30FF, "kana"),
    (0x3130, 0x318F, "hangul"),
    (0x3400, 0x4DBF, "han"),
    (0x4E00, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "hangul"),
    (0xF900, 0xFAFF, "han"),
    (0xFB1D, 0xFB4F, "hebrew"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFF, "arabic"),
    (0xFF66, 0xFF9D, "kana"),
)

# A syllable or a character that is a word says as much as several letters of an alphabet.
_WEIGHT: dict[Script, int] = {"han": 3, "kana": 3, "hangul": 3}

# Names of products and brands stay in Latin letters in every language, so a text counts as Latin
# only when clearly more than half of its letters are.
_OTHER_SCRIPT_SHARE = 0.4

# Simplified forms of Japan's 1946 reform and characters made in Japan: frequent there, unused in China.
_JAPANESE_HAN = frozenset("込働円対発図売読気駅県価営戻払検変済験応択様覧単値帰毎塩収実広続楽薬浅歳訳枠畑峠匂届")
# Simplified forms of China's 1956 reform, and everyday words that Japanese does not write.
_CHINESE_HAN = frozenset(
    "这们为么吗呢吧你您她哪谁啊说还没给让货单订换时间问题买卖钱费员码开关门电话请选择"
    "账户发网页线产运对错质设备维护银价优嗎麼們這"
)


def letters_by_script(text: str) -> Counter[Script]:
    """Count the letters of each known script; digits, punctuation and unknown scripts are left out."""
    found: Counter[Script] = Counter()
    for character, count in Counter(text).items():
        if not (character.isalpha() or _is_sign(character)):
            continue
        script = script_of(character)
        if script is not None:
            found[script] += count
    return found


@lru_cache(maxsize=4096)
def script_of(character: str) -> Script | None:
    code = ord(character)
    if code < 0x80:
        return "latin" if character.isalpha() else None
    for start, end, script in _RANGES:
        if start <= code <= end:
            return script
    return None


def main_script(text: str) -> Script | None:
    """The script that tells the language, or None when the text has no letters of a known one.

    Any kana make Han characters Japanese, unless they are a stray word in a long Chinese text.
    """
    counts = letters_by_script(text)
    if not counts:
        return None
    weighted = Counter({script: count * _WEIGHT.get(script, 1) for script, count in counts.items()})
    others = sum(count for script, count in weighted.items() if script != "latin")
    if others < _OTHER_SCRIPT_SHARE * sum(weighted.values()):
        return "latin"
    del weighted["latin"]
    if weighted["kana"] and weighted["kana"] + weighted["han"] >= others / 2:
        return "kana" if weighted["kana"] * 10 >= weighted["han"] else "han"
    return max(weighted, key=lambda script: weighted[script])


def only_script(text: str, script: Script) -> str:
    """``text`` with the letters of all other scripts blanked."""
    others = {
        ord(character): " "
        for character in set(text)
        if (found := script_of(character)) is not None and found != script
    }
    return text.translate(others) if others else text


def language_of_han(text: str) -> tuple[str, bool]:
    """``zh`` or ``ja`` for a text in Han characters without kana, and whether a character settles it."""
    japanese = sum(character in _JAPANESE_HAN for character in text)
    chinese = sum(character in _CHINESE_HAN for character in text)
    if japanese > chinese:
        return "ja", True
    return "zh", chinese > 0 or len(text) > 12


def _is_sign(character: str) -> bool:
    """Vowel signs and tone marks of Devanagari and Thai are not letters to Unicode, yet belong to their script."""
    return "\u0900" <= character <= "\u0e7f" and not character.isdigit()
