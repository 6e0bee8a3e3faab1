"""Find every quantity of a text and normalise it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from guardrails.citations import citation_spans
from guardrails.folding import FoldedText, fold, primary_language
from guardrails.quantities.codes import find_codes
from guardrails.quantities.dates import buddhist, find_dates
from guardrails.quantities.lexicon import Lexicon, Term, any_of, lexicon, units
from guardrails.quantities.model import DateParts, Kind, Quantity, Value
from guardrails.quantities.numerals import DIGITS, HAN_NUMERAL, LONGEST, Numeral, read_han, read_number
from guardrails.quantities.times import find_times
from guardrails.quantities.words import find_words

# What may stand between a number and its unit: a space, a line's end, Markdown's stars;
# "45,- €", "14-day", "fourteen (14) days".
_GAP = re.compile(r"(?:[.,][-–]{1,2})?[ \n*_]{0,4}\)?[ ]?-?[ ]?")
_OF = re.compile(r"(?: ?(?:de|di|d'|of) ?)?")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*(\d{1,3})[.)](?=\s)")
_HEADER = re.compile(r"\)?[ ]?[:=|][ *]{0,3}$")
_HOUR_LETTER = re.compile(r"(\d{1,2}) ?h(?![\w])")
_HAN_SUFFICIENT = "十分"  # "ten minutes" and "fully"
_HALF = Decimal("0.5")
_DIGIT = re.compile(r"\d")
_THAI = re.compile(r"[\u0e01-\u0e4d]")


def find_quantities(text: str, language: str | None = None, *, every_word: bool = False) -> list[Quantity]:
    """Every quantity of ``text``, in order.

    :param language: ISO 639-1 code of the text's language; settles ambiguous notations and whose number words count.
    :param every_word: count "one", articles before units and small unqualified number words too. For evidence, where
        more readings cost nothing; in a claim they would ask for proof of "one of our colleagues".
    """
    return list(_found(text, primary_language(language) if language else None, every_word))


def find_currencies(text: str, language: str | None = None) -> frozenset[str]:
    """ISO 4217 codes of the currencies ``text`` mentions, with or without an amount."""
    view, words = FoldedText(text), lexicon(primary_language(language) if language else None)
    mentioned = {code for term in words.currencies.all(view.folded) for code in term.units}
    return frozenset(mentioned | {m.group() for m in re.finditer(rf"(?<![A-Za-z]){words.iso.pattern}", view.cased)})


# Gate, citation and the search for contradictions ask about the same sentences and passages.
@lru_cache(maxsize=2048)
def _found(text: str, language: str | None, every_word: bool) -> tuple[Quantity, ...]:
    return tuple(_Finder(text, language, every_word).find())


class _Finder:
    def __init__(self, text: str, language: str | None, every_word: bool) -> None:
        self._view = FoldedText(text)
        self._folded = self._view.folded
        self._language = language
        self._every_word = every_word
        self._lexicon: Lexicon = lexicon(language)
        self._thai = language == "th" or bool(_THAI.search(self._folded))
        self._taken = bytearray(len(self._folded))
        self._found: list[Quantity] = []  # offsets in the folded text until the end

    def find(self) -> list[Quantity]:
        for start, end in citation_spans(self._folded):
            self._take(start, end)
        for date in find_dates(self._folded, self._language):
            self._add("date", date.start, date.end, (date.value, *date.alternatives))
        if _DIGIT.search(self._folded):
            self._written_in_digits()
        self._fixed()
        for numeral in self._numerals():
            self._dress(numeral)
        self._found.sort(key=lambda quantity: quantity.start)
        self._ranges()
        return [self._placed(quantity) for quantity in self._found]

    def _written_in_digits(self) -> None:
        for start, end, time in find_times(self._folded):
            self._add("time", start, end, (time,))
        for start, end, code in find_codes(self._view.cased, self._lexicon):
            self._add("code", start, end, (code,))
        for number in _LIST_NUMBER.finditer(self._folded):
            if self._free(number.start(1), number.end(1)):
                self._take(*number.span(1))

    def _placed(self, quantity: Quantity) -> Quantity:
        start, end = self._view.span(quantity.start, quantity.end)
        return replace(quantity, start=start, end=end)

    def _free(self, start: int, end: int) -> bool:
        return not any(self._taken[start:end])

    def _take(self, start: int, end: int) -> None:
        self._taken[start:end] = b"\x01" * (end - start)

    def _add(self, kind: Kind, start: int, end: int, readings: tuple[Value, ...], units: tuple[str, ...] = ()) -> None:
        if self._free(start, end):
            self._take(start, end)
            unit, *others = units or (None,)
            self._found.append(Quantity(kind, readings[0], unit, start, end, readings[1:], tuple(filter(None, others))))

    def _fixed(self) -> None:
        for match in re.finditer(r"(?<!\w)\w|[\u0e00-\u9fff]", self._folded):
            found = self._lexicon.fixed.after(self._folded, match.start())
            if found:
                self._add("duration", match.start(), found[1], (found[0].factor,), found[0].units)

    def _numerals(self) -> list[Numeral]:
        """Numbers in digits, Chinese numerals and words, in order, without overlaps."""
        numerals = [numeral for match in HAN_NUMERAL.finditer(self._folded) if (numeral := self._han(match))]
        held = bytearray(len(self._folded))
        for numeral in numerals:
            held[numeral.start : numeral.end] = b"\x01" * (numeral.end - numeral.start)
        for match in DIGITS.finditer(self._folded):
            if not any(held[match.start() : match.end()]):
                numerals += self._digits(match)
        numerals += find_words(self._folded, self._language, every=self._every_word)
        return sorted((n for n in numerals if self._free(n.start, n.end)), key=lambda numeral: numeral.start)

    def _digits(self, match: re.Match[str]) -> Iterable[Numeral]:
        token, start = match.group(), match.start()
        if sum(map(str.isdigit, token)) > LONGEST:
            return [Numeral(start, match.end(), (), "digits")]
        readings = read_number(token, self._language)
        if readings is not None:
            return [Numeral(start, match.end(), readings, "digits")]
        if "," not in token:  # 2.1.3 is a version, 10.0.0.1 an address
            return [Numeral(start, match.end(), (), "digits")]
        # "1,2,3" and "10.5,20" are lists
        return [
            Numeral(start + part.start(), start + part.end(), read_number(part.group(), self._language) or (), "digits")
            for part in re.finditer(r"[^, ]+", token)
        ]

    def _han(self, match: re.Match[str]) -> Numeral | None:
        text = match.group()
        if text[0].isdigit() and all(c.isdigit() or c in ".," for c in text):
            return None
        value = read_han(text)
        if value is None or (value < 2 and not self._every_word):
            return None
        end = match.end()
        if not any(character.isdigit() and character.isascii() for character in text):
            minutes = text == "十" and self._folded.startswith("分", end)
            ordinal = self._folded.startswith("第", match.start() - 1) if match.start() else False
            unit = self._unit_after(end)
            counted = any(self._folded.startswith(fold(counter), end) for counter in units().counters)
            bare = (
                (len(text) > 1 and text[0] not in "百千万萬億亿兆")
                or ordinal
                or (counted and value >= 3)
                or self._every_word
            )
            if (minutes or not (unit or bare)) and not self._every_word:
                return None
        return Numeral(match.start(), end, (value,), "han")

    def _unit_after(self, end: int) -> tuple[Term, int] | None:
        gap = _GAP.match(self._folded, end)
        start = gap.end() if gap else end
        for position in dict.fromkeys((start, end)):
            found = self._lexicon.suffixes.after(self._folded, position) or self._lexicon.iso_after(
                self._view.cased, position
            )
            if found and self._free(position, found[1]):
                return found
        return None

    def _unit_before(self, start: int) -> tuple[Term, int] | None:
        found = self._lexicon.prefixes.before(self._folded, start)
        if not found:
            for length in (3, 4):
                iso = self._lexicon.iso_after(self._view.cased, max(0, start - length))
                edge = max(0, start - length)
                if (
                    iso
                    and not self._folded[iso[1] : start].strip()
                    and not self._view.cased[max(0, edge - 1) : edge].isalpha()
                ):
                    found = (iso[0], edge)
        return found if found and self._free(found[1], start) else None

    def _header_before(self, start: int) -> Term | None:
        """The unit a table's header gives to its cell, as in "Fee (EUR): 12" and "Days: 14"."""
        window = self._folded[max(0, start - 24) : start]
        header = _HEADER.search(window)
        if not header:
            return None
        end = start - len(window) + header.start()
        found = self._lexicon.suffixes.before(self._folded, end)
        iso = self._lexicon.iso_after(self._view.cased, max(0, end - 3))
        if iso and iso[1] == end and self._free(end - 3, end):
            return iso[0]
        return found[0] if found and self._free(found[1], end) else None

    def _dress(self, numeral: Numeral) -> None:
        """Give a number its unit, its kind and its full extent."""
        start, end, readings = numeral.start, numeral.end, numeral.readings
        if not self._free(start, end):
            return
        if not readings:
            self._add("code", start, end, (self._folded[start:end],))
            return
        readings, end = self._multiplied(readings, end)
        readings, end = self._and_a_half(readings, end)
        before = self._unit_before(start)
        after = self._unit_after(end) if not before else None
        header = self._header_before(start) if not (before or after) else None
        term = before[0] if before else after[0] if after else header
        if before:
            start = before[1]
        elif after:
            end = after[1]
            if after[0].kind != "percent":
                readings, end = self._and_a_half(readings, end)
        if term is not None and term.kind != "multiplier":
            kind: Kind = "duration" if term.kind == "fixed" else term.kind
            values: tuple[Value, ...] = self._money_readings(readings, kind)
            if kind == "amount" and term.factor != 1:  # 50 cents
                values = tuple(reading * term.factor for reading in readings)
            hours = _HOUR_LETTER.fullmatch(self._folded, numeral.start, end)
            if hours and int(hours[1]) <= 24:  # "ouvert de 9h à 18h"
                values += (f"{int(hours[1]):02}:00",)
            self._add(kind, start, end, values, term.units)
        elif numeral.source == "word":
            if numeral.bare:
                self._add("number", start, end, readings)
        else:
            self._bare(start, end, readings)

    def _bare(self, start: int, end: int, readings: tuple[Decimal, ...]) -> None:
        suffixes, prefixes = _ordinal_patterns()
        suffix = suffixes.match(self._folded, end)
        if suffix:
            self._add("ordinal", start, suffix.end(), readings)
        elif prefixes.search(self._folded, max(0, start - 6), start):
            self._add("ordinal", start, end, readings)
        else:
            year = buddhist(int(readings[0])) if self._thai and readings[0] == int(readings[0]) else None
            self._add("number", start, end, (*readings, Decimal(year)) if year else readings)

    def _multiplied(self, readings: tuple[Decimal, ...], end: int) -> tuple[tuple[Decimal, ...], int]:
        """The readings times a following "million", "Tsd.", "lakh"."""
        gap = _GAP.match(self._folded, end)
        found = self._lexicon.multipliers.after(self._folded, gap.end() if gap else end)
        if not found:
            return readings, end
        of = _OF.match(self._folded, found[1])
        after = of.end() if of and self._unit_after(of.end()) else found[1]
        return tuple(reading * found[0].factor for reading in readings), after

    def _and_a_half(self, readings: tuple[Decimal, ...], end: int) -> tuple[tuple[Decimal, ...], int]:
        """The readings and a half where that is said behind a whole number."""
        found = _half_pattern().match(self._folded, end)
        if not found or any(reading != reading.to_integral_value() for reading in readings):
            return readings, end
        return tuple(reading + _HALF for reading in readings), found.end()

    def _money_readings(self, readings: tuple[Decimal, ...], kind: Kind) -> tuple[Value, ...]:
        """An amount such as 1.500 € in German has one reading: three decimals are not written there."""
        grouped = len(readings) == 2 and readings[0] == readings[0].to_integral_value()
        return readings[:1] if kind == "amount" and self._language and grouped else readings

    def _ranges(self) -> None:
        """The first number of "10–14 days", "€10–20" and "3–5 May" takes what the other one has."""
        separator = _range_pattern()
        for i in range(len(self._found) - 2, -1, -1):
            left, right = self._found[i], self._found[i + 1]
            if not separator.fullmatch(self._folded, left.end, right.start):
                continue
            if (
                left.kind == "number"
                and left.unit is None
                and right.kind in ("amount", "percent", "duration", "number")
            ):
                self._found[i] = replace(left, kind=right.kind, unit=right.unit, other_units=right.other_units)
            elif left.kind == "amount" and right.kind == "number" and right.unit is None:
                self._found[i + 1] = replace(right, kind=left.kind, unit=left.unit, other_units=left.other_units)
            elif left.kind in ("number", "ordinal") and isinstance(right.value, DateParts) and right.value.day:
                day = left.value
                if isinstance(day, Decimal) and day == int(day) and 1 <= day <= 31:
                    parts = tuple(
                        replace(reading, day=int(day)) for reading in right.readings if isinstance(reading, DateParts)
                    )
                    self._found[i] = replace(left, kind="date", value=parts[0], alternatives=parts[1:])


@lru_cache(maxsize=1)
def _half_pattern() -> re.Pattern[str]:
    # 半額 and the like are half of something else.
    return re.compile(rf" ?(?:{any_of(fold(form) for form in units().halves)})(?![額価分数期])")


@lru_cache(maxsize=1)
def _range_pattern() -> re.Pattern[str]:
    words = "|".join(re.escape(fold(form)) for form in sorted(units().ranges, key=len, reverse=True))
    return re.compile(rf"[ \n*.]{{0,4}}(?:{words})[ \n*]{{0,4}}")


@lru_cache(maxsize=1)
def _ordinal_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    ordinals = units().ordinals
    prefixes = "|".join(re.escape(fold(form)) for form in ordinals.prefixes)
    return re.compile(any_of(fold(form) for form in ordinals.suffixes)), re.compile(rf"(?:{prefixes}) ?$")
