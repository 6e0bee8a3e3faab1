"""What a question is about by name: places, products, codes, dates, amounts, with where it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from app.followups.lexicon import Lexicon, lexicon
from app.followups.places import Place, find_places
from guardrails.quantities import Quantity, find_quantities

Kind = Literal[
    "place",
    "language",
    "product",
    "name",
    "code",
    "date",
    "time",
    "amount",
    "percent",
    "duration",
    "measure",
    "customer",
]

# What a question can be about without a noun beside.
SUBJECTS: frozenset[Kind] = frozenset({"product", "name", "code"})

_TYPE = r"[ -](?:[A-Z]{1,3}-?\d{1,4}[A-Za-z]?|\d{1,4})"
_MODEL = re.compile(rf"(?<![^\W_])[A-ZÀ-ÞŁŚŻ][^\W\d_]+{_TYPE}(?![^\W_])")
_MODEL_AMONG_OTHERS = re.compile(rf"(?<![A-Za-z0-9])[A-Z][A-Za-z]+{_TYPE}(?![A-Za-z0-9])")
_NAME = re.compile(r"(?<![\w'])[A-ZÀ-ÞŁŚŻ][^\W\d_]*[^\W\d_A-Z][^\W\d_]*(?: [A-ZÀ-ÞŁŚŻ][^\W\d_]*[^\W\d_A-Z][^\W\d_]*)*")
_LATIN_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,}(?: [A-Z][A-Za-z]{2,})*")
_BEGINS_A_SENTENCE = re.compile(r"(?:^|[.!?…:])[\W_]*$")
_UNSPACED = frozenset({"ja", "zh", "th"})
_CAPITAL_IS_NO_NAME = frozenset({"de"})  # where every noun has one
_LATIN_SCRIPT_IS_A_NAME = frozenset({"ar", "hi", "ja", "ru", "th", "zh", "uk", "fa", "ko", "el", "he", "bg"})
_QUANTITIES: dict[str, Kind] = {
    "date": "date",
    "time": "time",
    "amount": "amount",
    "percent": "percent",
    "duration": "duration",
}
_DIGITS_OF_A_CODE = 5


@dataclass(frozen=True, slots=True)
class Entity:
    """One of them; ``key`` is what makes two of a kind the same, ``start:end`` are offsets in the text."""

    kind: Kind
    key: str
    start: int
    end: int
    text: str


def find_entities(text: str, language: str) -> list[Entity]:
    """The entities of ``text`` in order, none inside another; customers are found with the other words.

    Single capitalised words are names except at the start and where the language capitalises every noun.
    """
    found: list[Entity] = []
    words = lexicon(language)
    quantities = find_quantities(text, language)
    _add(found, (entity for quantity in quantities if (entity := _of_quantity(quantity, text))))
    model = _MODEL_AMONG_OTHERS if language in _LATIN_SCRIPT_IS_A_NAME else _MODEL
    _add(
        found, (_entity("product", *match.span(), text) for match in model.finditer(text) if not _is_word(match, words))
    )
    _add(found, (_entity("code", q.start, q.end, text) for q in quantities if _is_code(q)))
    _add(found, (_of_place(place, text) for place in find_places(text, language)))
    _add(found, (_entity("date", start, end, text) for start, end in _named_days(text, language)))
    _add(found, (name for name in _names(text, language) if not words.any.fullmatch(name.text)))
    return sorted(found, key=lambda entity: entity.start)


def _is_word(model: re.Match[str], words: Lexicon) -> bool:
    """Whether what looks like a product is a word and a code: "And F09"."""
    return words.any.fullmatch(re.split("[ -]", model[0], maxsplit=1)[0]) is not None


def _add(found: list[Entity], more: Iterator[Entity]) -> None:
    for entity in more:
        if not any(entity.start < known.end and known.start < entity.end for known in found):
            found.append(entity)


def _entity(kind: Kind, start: int, end: int, text: str) -> Entity:
    return Entity(kind, text[start:end].casefold(), start, end, text[start:end])


def _of_quantity(quantity: Quantity, text: str) -> Entity | None:
    kind = _QUANTITIES.get(quantity.kind)
    if kind is None and quantity.kind == "number" and quantity.unit is not None:
        kind = "measure"
    return _entity(kind, quantity.start, quantity.end, text) if kind else None


def _is_code(quantity: Quantity) -> bool:
    if quantity.kind == "number" and quantity.unit is None:
        return len(str(quantity.value)) >= _DIGITS_OF_A_CODE
    return quantity.kind == "code"


def _of_place(place: Place, text: str) -> Entity:
    return Entity("place", place.country, place.start, place.end, text[place.start : place.end])


def _names(text: str, language: str) -> Iterator[Entity]:
    if language in _LATIN_SCRIPT_IS_A_NAME:
        pattern = _LATIN_WORD
    elif language in _CAPITAL_IS_NO_NAME:
        return
    else:
        pattern = _NAME
    for match in pattern.finditer(text):
        if pattern is _LATIN_WORD or not _BEGINS_A_SENTENCE.search(text[: match.start()]):
            yield _entity("name", match.start(), match.end(), text)


def _named_days(text: str, language: str) -> Iterator[tuple[int, int]]:
    pattern = _day_names(language)
    if pattern is not None:
        for match in pattern.finditer(text):
            if language in _UNSPACED or not _BEGINS_A_SENTENCE.search(text[: match.start()]):  # "May I", "March on"
                yield match.span()


@cache
def _day_names(language: str) -> re.Pattern[str] | None:
    """Months and days of the week as CLDR has them, with what languages put behind (English "Sundays")."""
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None
    names = {
        str(name)
        for of_calendar in (locale.months, locale.days)
        for context in ("format", "stand-alone")
        for name in of_calendar[context]["wide"].values()
    }
    names = {name for name in names if not any(character.isdigit() for character in name)}
    if not names:
        return None
    spaced = language not in _UNSPACED
    either = "|".join(sorted(map(re.escape, names | {name.capitalize() for name in names}), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?:s|en|e)?(?!\w)" if spaced else either)
