"""Days that are named by how long ago they were: "yesterday", "vor zwei Wochen", "先週"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from guardrails.folding import FoldedText, fold
from guardrails.yamlfile import load_yaml

Unit = Literal["day", "week", "month", "year"]
_WORDS = Path(__file__).with_name("relative_words.yaml")
UNSPACED = frozenset({"ja", "zh", "th"})
_PARTICLES = UNSPACED | {"ko"}  # something may stand behind a word without a space
_DAYS: dict[Unit, int] = {"day": 1, "week": 7, "month": 30, "year": 365}
_MOST_DAYS = 3650  # ago; longer is more likely a misreading
_ABOUT = {"week": 3, "month": 15, "year": 183}  # days by which what is counted so may be off
_LONGEST_WORD = 30  # letters of what makes a day unsure
_PART_OF_A_NUMBER = re.compile(r"[\d½¼¾][.,/\s]?$|[-–~/½¼¾]\s?$")


class Wording(BaseModel):
    """How a language names days by how long ago they were."""

    model_config = ConfigDict(extra="forbid")

    days: dict[str, int] = {}
    ago: tuple[str, ...]
    numbers: dict[str, int]
    units: dict[Unit, tuple[str, ...]]
    alone: dict[str, str] = {}
    last: dict[Unit, tuple[str, ...]]
    vague: tuple[str, ...]
    joined: tuple[str, ...]
    unless_followed: tuple[str, ...] = ()
    verb_last: bool = False


class _ByLanguage(RootModel[dict[str, Wording]]):
    pass


@dataclass(frozen=True, slots=True)
class Time:
    """One of the days from ``first`` to ``last``; ``day`` where only one must be named."""

    day: date
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """Where it stands in the text, in characters, and when that is; None where the words leave it open."""

    start: int
    end: int
    time: Time | None


def relative_days(text: str, language: str, written: date) -> list[RelativeDay]:
    """Those that ``text`` names, in order; none in a language that has no such words here.

    :param written: the day they are counted from. As it may have been another one where the writer was, each may be a
        day earlier or later.
    """
    wording = wording_of(language)
    if wording is None:
        return []
    view = FoldedText(text)
    found = []
    for match in _pattern(language).finditer(view.folded):
        before = view.folded[max(0, match.start() - _LONGEST_WORD) : match.start()]
        open_ended = _vague(language).search(before) or _PART_OF_A_NUMBER.search(before)
        start, end = view.span(*match.span())
        found.append(RelativeDay(start, end, None if open_ended else _time(match, wording, written)))
    return found


def wording_of(language: str) -> Wording | None:
    """The words of a language; None where there are none."""
    return _every_wording().get(language)


def _time(match: re.Match[str], wording: Wording, written: date) -> Time | None:
    said = match.groupdict()
    if said["last"]:
        unit = next(unit for unit, forms in wording.last.items() if said["last"] in map(fold, forms))
        return _last(unit, written)
    if said["day"]:
        days, about = {fold(word): days for word, days in wording.days.items()}[said["day"]], 1
    else:
        number, unit = _counted(said, wording)
        days = number * _DAYS[unit]
        about = _ABOUT.get(unit, 1 + days // 7)
    if not 0 < days <= _MOST_DAYS:
        return None
    day = written - timedelta(days)
    return Time(day, day - timedelta(about), min(day + timedelta(about), written))


def _counted(said: dict[str, str | None], wording: Wording) -> tuple[int, Unit]:
    taken = {name.rstrip("0123456789"): found for name, found in said.items() if found}
    if "alone" in taken:
        number, unit = {fold(word): meant for word, meant in wording.alone.items()}[taken["alone"]].split()
        return int(number), next(each for each in _DAYS if each == unit)
    numbers = {fold(word): number for word, number in wording.numbers.items()}
    of_unit = next(unit for unit, forms in wording.units.items() if taken["unit"] in map(fold, forms))
    return numbers.get(taken["number"]) or int(taken["number"]), of_unit


def _last(unit: Unit, written: date) -> Time | None:
    """The week (from Sunday, as weeks begin there too), month or year before."""
    if unit == "week":
        monday = written - timedelta(written.weekday() + 7)
        return Time(monday + timedelta(3), monday - timedelta(1), monday + timedelta(6))
    if unit == "month":
        last = written.replace(day=1) - timedelta(1)
        return Time(last.replace(day=15), last.replace(day=1), last)
    year = written.year - 1
    return Time(date(year, 7, 1), date(year, 1, 1), date(year, 12, 31))


@cache
def _every_wording() -> dict[str, Wording]:
    return load_yaml(_WORDS, _ByLanguage).root


@cache
def _pattern(language: str) -> re.Pattern[str]:
    wording = _every_wording()[language]
    space = r"\s?" if language in _PARTICLES else r"\s"
    units = choice(form for forms in wording.units.values() for form in forms)
    forms = []
    for place, pattern in enumerate(wording.ago):
        before, _, behind = fold(pattern).partition("{n}")
        counted = rf"(?P<number{place}>\d{{1,4}}|{choice(wording.numbers)})(?:{space}|(?<=\d))(?P<unit{place}>{units})"
        alone = rf"|(?P<alone{place}>{choice(wording.alone)})" if wording.alone else ""
        forms.append(f"{re.escape(before)}(?:{counted}{alone}){re.escape(behind)}")
    days = choice(wording.days) if wording.days else "(?!)"
    last = choice(form for forms in wording.last.values() for form in forms)
    begin = "" if language in UNSPACED else r"(?<!\w)"
    end = "" if language in _PARTICLES else r"(?!\w)"
    unless = f"(?!{choice(wording.unless_followed)})" if wording.unless_followed else ""
    return re.compile(rf"{begin}(?:{'|'.join(forms)}|(?P<day>{days})|(?P<last>{last})){end}{unless}")


@cache
def _vague(language: str) -> re.Pattern[str]:
    """Finds what makes a day unsure at the end of what stands before it."""
    wording = _every_wording()[language]
    words = [*wording.vague, *(wording.numbers if language in UNSPACED else ())]
    border = "" if language in UNSPACED else r"(?<!\w)"
    return re.compile(rf"{border}(?:{choice(words)})\s?$")


def choice(words: Iterable[str]) -> str:
    """One of ``words``, folded, the longest first, as a regular expression."""
    return "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))
