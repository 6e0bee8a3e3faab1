"""Order numbers, product and error codes, addresses: the same in every language, whole and in parts.

A code is compared without its separators, so ``A-10293``, ``a10293`` and ``A 10293`` are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.lexical.numbers import canonical_number

_LATIN = "A-Za-zÀ-ɏ"
_CODE = re.compile(rf"(?<![{_LATIN}0-9])[A-Za-z0-9]+(?:[-_/#.]+[A-Za-z0-9]+)*(?![{_LATIN}0-9])")
_MODEL = re.compile(rf"(?<![{_LATIN}0-9])([A-ZÀ-Þ][a-zß-ɏ]+)[ -]([A-Z]{{1,3}}-?[0-9]{{1,4}}[A-Za-z]?)(?![{_LATIN}0-9])")
_NAMED_NUMBER = re.compile(rf"(?<![{_LATIN}0-9])([A-ZÀ-Þ][a-zß-ɏ]+|[A-Z]{{1,4}}) ([0-9]{{1,8}})(?![{_LATIN}0-9])")
_EMAIL = re.compile(r"[A-Za-z0-9_.+-]{1,64}@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_URL = re.compile(r"(?:[Hh][Tt][Tt][Pp][Ss]?://|www\.)([!#-&(-;=?-~]+)")
_SECTION_MARK = re.compile(r"[/#.]+")
_ANY_MARK = re.compile(r"[-_/#.]+")
_LETTERS_THEN_DIGITS = re.compile(r"[A-Za-z]+|[0-9]+")
_LONGEST = 96  # characters; longer ones are data, not names
_FEWEST_DIGITS = 5  # of a number without letters that is an identifier
_FEWEST_PART_DIGITS = 4  # of a part; five again where the whole is digits, or the year of a date would be one
_FEWEST_PART_LETTERS = 3


def identifiers(composed: str) -> Iterator[str]:
    """The identifiers of a composed text whose letter case is still there, in lower case; a part may come twice."""
    for found in _forms(composed):
        if len(found) <= _LONGEST:
            yield found.lower()


def _forms(text: str) -> Iterator[str]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield from (match[0], match[1])
    for match in _URL.finditer(text):
        address = match[1].rstrip(".,;:!?)/").removeprefix("www.")
        yield from (address, re.split(r"[/?#]", address, maxsplit=1)[0])
    for match in _CODE.finditer(text):
        if not match[0].isalpha():
            yield from _code_forms(match[0])
    for match in _MODEL.finditer(text):
        yield from (match[1] + _joined(match[2]), match[1])
    for match in _NAMED_NUMBER.finditer(text):
        yield match[1] + match[2]


def _code_forms(code: str) -> Iterator[str]:
    """The code, its sections (``order/A-10293``) and their parts, as far as each tells something apart."""
    sections = _SECTION_MARK.split(code)
    seen: set[str] = set()
    for form in (code, *sections):
        joined = _joined(form)
        if joined not in seen and _is_code(form, joined):
            seen.add(joined)
            yield joined
    if not seen:
        return
    fewest = _FEWEST_PART_DIGITS if any(character.isalpha() for character in code) else _FEWEST_DIGITS
    for part in dict.fromkeys(piece for section in _ANY_MARK.split(code) for piece in (section, *_runs(section))):
        if part in seen:
            continue
        if part.isdigit():
            if len(part) >= fewest:
                yield part
        elif not part.isalpha() or (len(part) >= _FEWEST_PART_LETTERS and part[0].isupper()):
            yield part


def _is_code(form: str, joined: str) -> bool:
    """Whether it has letters and digits, or is a long number that is no amount."""
    if joined.isdigit():
        return len(joined) >= _FEWEST_DIGITS and (form.isdigit() or canonical_number(form) is None)
    return any("0" <= character <= "9" for character in joined)


def _runs(section: str) -> list[str]:
    return _LETTERS_THEN_DIGITS.findall(section)


def _joined(code: str) -> str:
    return _ANY_MARK.sub("", code)
