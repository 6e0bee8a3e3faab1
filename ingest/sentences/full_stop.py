"""Whether a single full stop before a space ends its sentence."""

from __future__ import annotations

import re

from ingest.sentences.abbreviations import abbreviations
from ingest.sentences.characters import OPENERS

_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,4}")
_NUMBERING = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxIVX]{1,4})")
_NUMBER = re.compile(r"\d{1,3}")
_ELISION = re.compile(r"^[^\W\d_]{1,4}['’](?=\w)")  # "l'art. 5", "dell'art. 5"
_EDGE = re.compile(r"^[^\w§№]+|[^\w.]+$")


def ends_sentence(before: str, whole: bool, word: str, *, lower: bool) -> bool:
    """The verdict on a full stop.

    :param before: the sentence up to the full stop, or its last 60 characters.
    :param whole: whether ``before`` is the whole sentence so far.
    :param word: the next word, without opening marks.
    :param lower: whether the next word is written small.
    """
    words = before.split()
    if not words:
        return True
    lists = abbreviations()
    last = words[-1]
    if whole and len(words) == 1 and _NUMBERING.fullmatch(last.lstrip(OPENERS)):
        return False  # "3. Senden Sie …": numbering, not a sentence
    if whole and lower and words[0][:1].islower() and (len(words) > 1 or len(last) > 1):
        # Somebody who writes everything small still ends sentences.
        lower = last.lower() in lists.may_be_final
    token = _ELISION.sub("", _EDGE.sub("", last.lower().lstrip(OPENERS)))
    next_word = _EDGE.sub("", word.lower()).rstrip(".")
    starter = next_word in lists.starters and not lower
    if token in lists.never_final:
        return False
    if token in lists.before_number and (word[:1].isdigit() or (word[:1] in "IVXL§" and word.rstrip(".,;:").isupper())):
        return False
    if _NUMBER.fullmatch(token):
        if whole and len(words) == 2 and words[0].isalpha():
            return False  # "Note 1. The …": a label
        return not lower and not _is_ordinal(words, next_word, word, starter)
    if _is_single_letter(token):
        return _ends_after_letter(words, token, word, starter, lower)
    if _DOTTED.fullmatch(token):
        return starter  # "S.A. Dupont" is one name
    if token in lists.may_be_final:
        return not lower and not word[:1].isdigit()
    return not lower


def _is_ordinal(words: list[str], next_word: str, word: str, starter: bool) -> bool:
    lists = abbreviations()
    if next_word in lists.months:
        return True
    previous = words[-2].lower().lstrip(OPENERS) if len(words) > 1 else ""
    return previous in lists.before_ordinal and word[:1].isupper() and not starter


def _is_single_letter(token: str) -> bool:
    # Devanagari and Arabic marks are part of their letter.
    return bool(token) and sum(char.isalpha() for char in token) == 1 and not any(map(str.isdigit, token))


def _ends_after_letter(words: list[str], token: str, word: str, starter: bool, lower: bool) -> bool:
    """Initials ("J. Smith") and spaced abbreviations ("z. B.", "S. A.") go on; "Plan B. The …" does not."""
    if lower:
        return False
    previous = words[-2] if len(words) > 1 else ""
    if words[-1][:1].isupper() and previous.lower() in abbreviations().before_letter:
        return True
    if re.fullmatch(r"[^\W\d_]\.", previous) or words[-1][:1].islower():
        joined = f"{previous.lower()}{token}"
        return starter and joined in abbreviations().may_be_final
    if not word[:1].isalpha():
        return not word[:1].isdigit()
    return starter
