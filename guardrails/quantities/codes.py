"""Codes that are compared letter by letter: product and error codes, order, version and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.quantities.lexicon import Lexicon

# Letters and digits in groups; a decimal tail belongs to a version ("v2.1") or a size ("PM2.5").
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_.@])[A-Za-z0-9]++(?:[-_][A-Za-z0-9]++)*+(?:(?<=[0-9])(?:\.[0-9]++)++)?(?![A-Za-z0-9_@])"
)
_PHONE = re.compile(
    r"(?<![\w+])(?:\+\d{1,3}|(?<!\d )0\d{1,4}|\(0\d{1,4}\))(?:[ /()-]{1,2}\d{2,8}){1,6}(?![\w-])"
    r"|(?<![\w+])\+\d{7,15}(?!\d)"
)
_CLOCK = frozenset(("am", "pm", "h", "uhr", "st", "nd", "rd", "th", "x"))  # "5PM", "2ND", "3X"


def find_codes(cased: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Start, end and normalised value of each code of a cased folded text."""
    for phone in _PHONE.finditer(cased):
        digits = re.sub(r"\D", "", phone.group())
        if 7 <= len(digits) <= 15:
            yield phone.start(), phone.end(), digits
    for token in _TOKEN.finditer(cased):
        text = token.group()
        if not _is_code(text, lexicon):
            continue
        parts = text.split("-")
        if len(parts) > 1 and all(_mixed(part) for part in parts):  # "F04-F06" are two codes
            start = token.start()
            for part in parts:
                yield start, start + len(part), part.upper()
                start += len(part) + 1
        else:
            yield token.start(), token.end(), text.upper().replace("_", "-")


def _mixed(part: str) -> bool:
    return bool(re.search("[A-Za-z]", part) and re.search("[0-9]", part))


def _is_code(text: str, lexicon: Lexicon) -> bool:
    if not _mixed(text):
        return False
    groups = re.split("[-_]", text)
    first = groups[0]
    if len(groups) == 1:
        match = re.fullmatch(r"([A-Za-z]+)?([0-9.]+)([A-Za-z]*)(.*)", text)
        if match is None or match[4]:
            return True
        before, _, after, _ = match.groups()
        if before:
            return bool(after) or not _is_currency(before, lexicon)
        return after.isupper() and not _is_unit(after, lexicon)
    letters = [group for group in groups if group.isalpha()]
    if first.isalpha():
        if _is_currency(first, lexicon):
            return False
        digits = sum(character.isdigit() for character in text)
        return all(group.isupper() for group in letters) or (
            all(group.islower() and len(group) <= 4 for group in letters) and digits >= 2 and len(groups) == 2
        )
    if any(_is_unit(group, lexicon) for group in letters):
        return False
    return all(group.isupper() for group in letters) if letters else any(_mixed(group) for group in groups)


def _is_currency(letters: str, lexicon: Lexicon) -> bool:
    """Whether the letters are a currency, so that "EUR50" is no code."""
    found = lexicon.prefixes.after(letters.casefold(), 0)
    return bool(lexicon.iso.fullmatch(letters)) or (found is not None and found[1] == len(letters))


def _is_unit(letters: str, lexicon: Lexicon) -> bool:
    """Whether the letters are a unit or a currency, so that "10KG" and "14-TAGE" are no codes."""
    low = letters.casefold()
    for table in (lexicon.suffixes, lexicon.prefixes, lexicon.multipliers):
        found = table.after(low, 0)
        if found and found[1] == len(low):
            return True
    return bool(lexicon.iso.fullmatch(letters)) or low in _CLOCK
