"""The words around numbers: units, currencies, percent, multipliers, ordinals, clock times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from guardrails.folding import fold
from guardrails.quantities.cldr import currency_names, duration_names
from guardrails.yamlfile import load_yaml

DATA = Path(__file__).resolve().parents[1] / "data"
TermKind = Literal["percent", "amount", "duration", "number", "multiplier", "fixed"]
_BEFORE = 24  # characters looked at in front of a number


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Affixes(_Data):
    suffixes: list[str]
    prefixes: list[str]


class _Fixed(_Data):
    value: Decimal
    unit: str
    forms: list[str]


class _Times(_Data):
    after: list[str]
    before: list[str]
    am: list[str]
    pm: list[str]


class _Parts(_Data):
    """Coins of which a hundred are one of the currency, and the currencies that have them."""

    units: list[str]
    forms: list[str]


class Units(_Data):
    """``data/units.yaml``."""

    percent: _Affixes
    durations: dict[str, list[str]]
    measures: dict[str, list[str]]
    fixed: list[_Fixed]
    halves: list[str]
    hundredths: list[_Parts]
    ordinals: _Affixes
    counters: list[str]
    ranges: list[str]
    times: _Times


class _Currency(_Data):
    symbols: list[str]
    words: list[str]
    home: list[str] = []


class _Currencies(RootModel[dict[str, _Currency]]):
    pass


class NumberWords(_Data):
    """One language of ``data/number_words.yaml``."""

    words: dict[int, str]
    joiners: list[str] = []
    prefixes: list[str] = []
    only_with_unit: list[str] = []
    compound: bool = False
    unit_first: bool = False
    base20: bool = False
    split_teens: bool = False
    multipliers: dict[int, str] = {}
    articles: str = ""


class _NumberWordsFile(RootModel[dict[str, NumberWords]]):
    pass


@dataclass(frozen=True, slots=True)
class Term:
    """What a form makes of the number beside it."""

    kind: TermKind
    units: tuple[str, ...] = ()
    factor: Decimal = Decimal(1)


def boundary_after(form: str) -> str:
    """A look-ahead that no letter of the form's own script follows; writings without spaces need none."""
    return _boundary(form[-1], "(?!{})")


def boundary_before(form: str) -> str:
    """A look-behind that no letter of the form's own script precedes."""
    return _boundary(form[0], "(?<!{})")


LATIN = r"[a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff\u0300-\u036f]"
ARABIC = r"[\u0620-\u064a\u066e-\u06d3]"
DEVANAGARI = r"[\u0900-\u0963]"
_LATIN_LETTER = re.compile(LATIN)
_LETTERS = (_LATIN_LETTER, re.compile(ARABIC), re.compile(DEVANAGARI))


def _boundary(character: str, look: str) -> str:
    for letters in (LATIN, ARABIC, DEVANAGARI):
        if re.match(letters, character):
            return look.format(letters)
    return ""


def pattern_of(form: str) -> str:
    """A regular expression for a folded form: spaces stretch, ``*`` stands for any further letters."""
    stem = form.rstrip("*")
    body = r"[ \n]+".join(re.escape(part) for part in stem.split())
    return body + (rf"{LATIN}*" if form.endswith("*") else boundary_after(stem))


def any_of(forms: Iterable[str]) -> str:
    """An alternation of the patterns of folded forms, the longest first; never matches when there is none."""
    return "|".join(pattern_of(form) for form in sorted(set(forms), key=len, reverse=True)) or r"(?!)"


class TermTable:
    """Forms and their terms, looked up at a position of a folded text; the longest form wins.

    A dictionary and not one large regular expression: that takes seconds to compile.
    """

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._whole = {form: term for form, term in terms.items() if not form.endswith("*")}
        self._stems = {form.rstrip("*"): term for form, term in terms.items() if form.endswith("*")}
        self._by_first = _lengths_by(0, [*self._whole, *self._stems])
        self._by_last = _lengths_by(-1, self._whole)

    def after(self, text: str, position: int) -> tuple[Term, int] | None:
        """The term that starts at ``position`` and where it ends."""
        for length in self._by_first.get(text[position : position + 1], ()):
            form = text[position : position + length].replace("\n", " ")
            end = position + len(form)
            if form in self._whole and not _same_script(text, end - 1, end):
                return self._whole[form], end
            if form in self._stems:
                while end < len(text) and _LATIN_LETTER.match(text[end]):
                    end += 1
                return self._stems[form], end
        return None

    def written_on(self, text: str, position: int) -> bool:
        """Whether a form that takes any ending starts at ``position``, as "wöchig" does in "zweiwöchige"."""
        lengths = self._by_first.get(text[position : position + 1], ())
        return any(text[position : position + length] in self._stems for length in lengths)

    def before(self, text: str, position: int) -> tuple[Term, int] | None:
        """The term that ends just before ``position`` (spaces and Markdown's stars between) and where it starts."""
        end = len(text[max(0, position - _BEFORE) : position].rstrip(" *_")) + max(0, position - _BEFORE)
        for length in self._by_last.get(text[end - 1 : end] if end else "", ()):
            start = end - length
            if start >= 0 and text[start:end] in self._whole and not _same_script(text, start, start - 1):
                return self._whole[text[start:end]], start
        return None

    def all(self, text: str) -> Iterator[Term]:
        """The terms of every form in ``text``."""
        for position in range(len(text)):
            found = self.after(text, position) if not _same_script(text, position, position - 1) else None
            if found:
                yield found[0]


def _lengths_by(index: int, forms: Iterable[str]) -> dict[str, list[int]]:
    """The lengths of the forms by their first or last character, longest first."""
    lengths: dict[str, set[int]] = {}
    for form in forms:
        lengths.setdefault(form[index], set()).add(len(form))
    return {character: sorted(found, reverse=True) for character, found in lengths.items()}


def _same_script(text: str, inside: int, outside: int) -> bool:
    """Whether the characters at two places belong to one word; writings without spaces have no such words."""
    if not 0 <= outside < len(text):
        return False
    return any(letter.match(text[inside]) and letter.match(text[outside]) for letter in _LETTERS)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is looked up beside numbers, for texts of one language."""

    suffixes: TermTable  # percent, currencies, durations, measures and fixed phrases behind a number
    prefixes: TermTable  # percent and currency marks in front of a number
    multipliers: TermTable
    fixed: TermTable
    currencies: TermTable
    iso: re.Pattern[str]  # ISO 4217 codes, on cased text
    units: Units

    def iso_after(self, cased: str, position: int) -> tuple[Term, int] | None:
        """The ISO code that starts at ``position`` and where it ends."""
        match = self.iso.match(cased, position)
        return (Term("amount", (match.group(),)), match.end()) if match else None


@lru_cache(maxsize=1)
def units() -> Units:
    """``data/units.yaml``, every form folded."""
    return load_yaml(DATA / "units.yaml", Units)


@lru_cache(maxsize=1)
def number_words() -> dict[str, NumberWords]:
    """``data/number_words.yaml`` by language."""
    return load_yaml(DATA / "number_words.yaml", _NumberWordsFile).root


@lru_cache(maxsize=256)
def lexicon(language: str | None) -> Lexicon:
    """The lexicon for texts in ``language``: all languages' words, currencies at home in it first."""
    at_home = any(language in currency.home for currency in _currencies().values())
    return _lexicon(language if at_home else None)


@lru_cache(maxsize=1)
def _currencies() -> dict[str, _Currency]:
    return load_yaml(DATA / "currencies.yaml", _Currencies).root


@lru_cache(maxsize=8)
def _lexicon(language: str | None) -> Lexicon:
    data, money = units(), _currencies()
    percent = {fold(form): Term("percent", ("%",)) for form in data.percent.suffixes}
    durations = {form: Term("duration", (unit,)) for form, unit in duration_names()}
    durations |= {fold(form): Term("duration", (unit,)) for unit, forms in data.durations.items() for form in forms}
    measures = {fold(form): Term("number", (unit,)) for unit, forms in data.measures.items() for form in forms}
    hundredth = Decimal("0.01")
    coins = {fold(form): Term("amount", tuple(of.units), hundredth) for of in data.hundredths for form in of.forms}
    fixed = {fold(form): Term("fixed", (item.unit,), item.value) for item in data.fixed for form in item.forms}
    symbols = _money(money, language, with_words=False)
    words = _money(money, language, with_words=True)
    multipliers = {
        fold(form): Term("multiplier", (), Decimal(factor))
        for entry in number_words().values()
        for factor, forms in entry.multipliers.items()
        for form in forms.split()
    }
    codes = "|".join(money)
    return Lexicon(
        suffixes=TermTable({**measures, **durations, **words, **coins, **percent}),
        prefixes=TermTable(
            {**symbols, "euro": Term("amount", ("EUR",))}
            | {fold(form): Term("percent", ("%",)) for form in data.percent.prefixes}
        ),
        multipliers=TermTable(multipliers),
        fixed=TermTable(fixed),
        currencies=TermTable(words),
        iso=re.compile(rf"(?:{codes})(?![A-Za-z])"),
        units=data,
    )


def _money(money: Mapping[str, _Currency], language: str | None, *, with_words: bool) -> dict[str, Term]:
    """Forms of currencies; a form of several lists those at home in ``language`` first."""
    codes: dict[str, list[str]] = {}
    for code, currency in sorted(money.items(), key=lambda item: language not in item[1].home):
        for form in [*currency.symbols, *(currency.words if with_words else ())]:
            codes.setdefault(fold(form), []).append(code)
    listed = set(codes)
    for form, code in _currency_names(tuple(money)) if with_words else ():
        if form not in listed:  # the file knows better which currencies a word may mean
            codes.setdefault(form, []).append(code)
    return {form: Term("amount", tuple(dict.fromkeys(found))) for form, found in codes.items()}


@lru_cache(maxsize=1)
def _currency_names(codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(currency_names(codes))
