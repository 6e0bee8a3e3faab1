"""Numbers written in words, in the languages of ``data/number_words.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from guardrails.folding import fold
from guardrails.quantities.lexicon import (
    ARABIC,
    DEVANAGARI,
    LATIN,
    Lexicon,
    NumberWords,
    any_of,
    lexicon,
    number_words,
    units,
)
from guardrails.quantities.numerals import Numeral
from guardrails.tokens import stop_words

_LETTER = re.compile(f"{LATIN}|{ARABIC}|{DEVANAGARI}")
_NO_LIMIT = 10**9


@dataclass(frozen=True, slots=True)
class _Reader:
    run: re.Pattern[str]  # number words in a row
    word: re.Pattern[str]
    values: Mapping[str, int]
    joiner: re.Pattern[str]
    only_with_unit: frozenset[str]
    articles: frozenset[str]
    rules: NumberWords
    lexicon: Lexicon


def find_words(folded: str, language: str | None, *, every: bool) -> list[Numeral]:
    """Number words of a folded text; without a known language those that mean the same in all of them.

    :param every: also "one", articles and bare "two", which in running text seldom count anything.
    """
    if language in number_words():
        return list(_read(_reader(language), folded, every))
    elsewhere = frozenset().union(*(stop_words(other) for other in number_words()))
    found: dict[int, list[Numeral]] = {}
    for other in number_words():
        for numeral in _read(_reader(other), folded, every):
            if folded[numeral.start : numeral.end] not in elsewhere:
                found.setdefault(numeral.start, []).append(numeral)
    chosen: list[Numeral] = []
    for start in sorted(found):
        end = max(numeral.end for numeral in found[start])
        longest = [numeral for numeral in found[start] if numeral.end == end]
        if (not chosen or start >= chosen[-1].end) and len({numeral.readings for numeral in longest}) == 1:
            chosen.append(min(longest, key=lambda numeral: numeral.bare))
    return chosen


@lru_cache(maxsize=32)
def _reader(language: str) -> _Reader:
    rules = number_words()[language]
    values = {_key(form): value for value, forms in rules.words.items() for form in forms.split()}
    forms = sorted((fold(form) for forms in rules.words.values() for form in forms.split()), key=len, reverse=True)
    articles = [fold(form) for form in rules.articles.split()]
    values.update(dict.fromkeys(articles, 1))
    word = "|".join(
        [re.escape(form).replace(r"\-", "[ -]") for form in forms] + [f"{article}(?!{LATIN})" for article in articles]
    )
    joiner = "|".join(re.escape(fold(form)) for form in rules.joiners) or "(?!)"
    prefix = "|".join(re.escape(fold(form)) for form in sorted(rules.prefixes, key=len, reverse=True)) or "(?!)"
    # "بالمئة" and "ร้อยละ" hold a hundred but mean percent.
    percent = any_of(fold(form) for form in [*units().percent.suffixes, *units().percent.prefixes])
    gap = rf"[ \n-]*+(?:(?:{joiner})[ \n-]*+)?" if rules.compound else rf"[ \n-]++(?:(?:{joiner})[ \n-]++)?"
    # Atomic groups: "dreizehn" is also drei and zehn, and must not be tried both ways over and over.
    return _Reader(
        run=re.compile(
            rf"(?<!{LATIN})(?<!{ARABIC})(?<!{DEVANAGARI})(?!{percent})(?:{prefix})?(?>{word})(?:{gap}(?>{word}))*+"
        ),
        word=re.compile(word),
        values=values,
        joiner=re.compile(joiner),
        only_with_unit=frozenset(fold(form) for form in rules.only_with_unit),
        articles=frozenset(articles),
        rules=rules,
        lexicon=lexicon(language),
    )


def _key(form: str) -> str:
    return re.sub(r"[ \n-]", "", fold(form))


def _read(reader: _Reader, folded: str, every: bool) -> Iterator[Numeral]:
    for run in reader.run.finditer(folded):
        parts = [
            (*part.span(), reader.values[_key(part.group())]) for part in reader.word.finditer(folded, *run.span())
        ]
        if not _complete(reader, folded, run.end()):  # "five tents": the ten is none
            last = parts.pop()
            if not parts or parts[-1][1] == last[0]:
                continue
        for start, end, value in _values(reader, folded, parts):
            form = folded[start:end]
            if value < 2 and not every:
                continue
            bare = (value >= 3 or every) and form not in reader.only_with_unit and form not in reader.articles
            yield Numeral(start, end, (Decimal(value),), "word", bare)


def _complete(reader: _Reader, folded: str, end: int) -> bool:
    """Whether the run ends with its word, or a unit is written on to it."""
    if not _LETTER.match(folded, end):
        return True
    return reader.lexicon.suffixes.written_on(folded, end)


def _values(reader: _Reader, folded: str, parts: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Start, end and value of the numbers in a run: "two hundred five" is one, "five ten" are two."""
    start, end, first = parts[0]
    total, group, limit = (first, 0, first) if first >= 1000 else (0, first, _NO_LIMIT)
    for part_start, part_end, value in parts[1:]:
        joined = reader.joiner.search(folded, end, part_start) is not None
        combined = _combined(reader.rules, group, value, joined) if value < 1000 else None
        if value >= 1000 and group > 0 and value < limit:
            total, group, limit = total + group * value, 0, value
        elif combined is not None:
            group = combined
        else:
            yield start, end, total + group
            start = part_start
            total, group, limit = (value, 0, value) if value >= 1000 else (0, value, _NO_LIMIT)
        end = part_end
    yield start, end, total + group


def _combined(rules: NumberWords, group: int, value: int, joined: bool) -> int | None:
    """``group`` (0..999) continued by ``value`` (0..999), or None when the two are two numbers."""
    tens, hundreds = group % 100, group - group % 100
    if value == 100 and 1 <= group <= 9:
        return group * 100
    if value == 0 or value >= 100:
        return value if group == 0 else None
    if tens == 0:
        return group + value
    if tens % 10 == 0 and value < 10 and (tens > 10 or rules.split_teens):
        return group + value
    if rules.base20 and tens in (60, 80) and value < 20:
        return group + value
    if (
        rules.unit_first
        and tens < 10
        and ((joined and value >= 20 and value % 10 == 0) or (value == 10 and rules.split_teens))
    ):
        return hundreds + tens + value
    return None
