"""Clock times: 14:30, 2.30 pm, 14 Uhr, 14h30, 14時30分, 下午2点."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from guardrails.folding import fold
from guardrails.quantities.lexicon import any_of, boundary_before, units

_CLOCK = re.compile(r"(?:(?<=\dt)|(?<![\da-z:.,]))(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?![\d:])")
_FRENCH = re.compile(r"(?<![\da-z:.,])(\d{1,2}) ?h ?(\d{2})(?![\d\w])")
_HAN = re.compile(
    r"(上午|凌晨|早上|午前|下午|晚上|午後)? ?"
    r"(?<![\da-z])(\d{1,2})(?:[時时点點](?![間间])|:(?=\d\d))(?:(\d{1,2})分?|(半))?(?!\d)"
)
_HAN_AFTERNOON = frozenset(("下午", "晚上", "午後"))


def find_times(folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and ``HH:MM`` of each clock time of a folded text; candidates may overlap, the first found counts."""
    hour, before = _patterns()
    for m in _HAN.finditer(folded):
        if m[1] or ":" not in m.group():
            yield from _time(m.span(), int(m[2]), int(m[3] or (30 if m[4] else 0)), pm=m[1] in _HAN_AFTERNOON)
    for m in hour.finditer(folded):
        pm, am = bool(m["pm"] or m["pm2"]), bool(m["am"] or m["am2"])
        if m["from"]:
            yield from _time(
                m.span("from"),
                int(m["from_hour"]),
                int(m["from_minute"] or 0),
                pm=pm and int(m["from_hour"]) < int(m["hour"]),
            )
        yield from _time((m.start("hour"), m.end()), int(m["hour"]), int(m["minute"] or 0), pm=pm, am=am)
    for pattern in (_CLOCK, _FRENCH, before):
        for m in pattern.finditer(folded):
            yield from _time((m.start(1), m.end()), int(m[1]), int(m[2]), pm=False)


def _time(
    span: tuple[int, int], hour: int, minute: int, *, pm: bool, am: bool = False
) -> Iterator[tuple[int, int, str]]:
    if hour > 24 or minute > 59:
        return
    if pm and hour < 12:
        hour += 12
    if am and hour == 12:
        hour = 0
    yield *span, f"{hour:02}:{minute:02}"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = units().times
    after, am, pm = (any_of(fold(form) for form in forms) for forms in (words.after, words.am, words.pm))
    before = "|".join(
        boundary_before(fold(f)) + re.escape(fold(f)) for f in sorted(words.before, key=len, reverse=True)
    )
    clock = r"(?<![\da-z:.,])(?<![a-z]-)(?P<{0}hour>\d{{1,2}})(?:[:.](?P<{0}minute>\d\d))?"
    hour = re.compile(
        rf"(?:(?P<from>{clock.format('from_')}) ?(?:[-–]|to|bis|à|a|al|do|tot) ?)?{clock.format('')} ?"
        rf"(?:(?P<am>{am})|(?P<pm>{pm})|(?:{after})(?: (?:(?P<am2>{am})|(?P<pm2>{pm})))?)"
    )
    return hour, re.compile(rf"(?:{before}) ?(\d{{1,2}})[.:](\d\d)(?![\d.,]\d|\d| ?[€$£%])")
