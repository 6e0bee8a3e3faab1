"""A spreadsheet cell as a reader sees it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell

_DECIMALS = re.compile(r"0\.(0+)")
_LITERAL = re.compile(r'"([^"]*)"|\[\$([^\]-]+)[^\]]*\]|([€$£¥₹₺₩฿])|\\(.)')
_DIGITS = re.compile(r"[0#?]")


def shown(cell: Cell | MergedCell) -> str:
    """The text of a cell by its number format: ``5 %``, ``CHF 12.50``, ``2026-01-31``.

    Numbers keep a point for decimals and no thousands separators, whatever the format's locale.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, (cell.number_format or "General").split(";")[0])
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(value)


def _number(value: float, pattern: str) -> str:
    decimals = len(match[1]) if (match := _DECIMALS.search(pattern)) else 0
    if "%" in pattern:
        return f"{_plain(value * 100, decimals)} %"
    text = _plain(value, decimals) if pattern not in ("General", "@") else _plain(value, 0)
    digits = _DIGITS.search(_LITERAL.sub(lambda found: "\x00" * len(found[0]), pattern))
    if digits is None:
        return text
    before, after = "", ""
    for found in _LITERAL.finditer(pattern):
        literal = next(group for group in found.groups() if group is not None)
        if found.start() < digits.start():
            before += literal
        else:
            after += literal
    before, after = before.strip(), after.strip()
    return " ".join(part for part in (before, text, after) if part)


def _plain(value: float, decimals: int) -> str:
    """At least ``decimals`` places; more only where the value has them, and none of the binary noise."""
    text = f"{value:.10f}".rstrip("0").rstrip(".") if value == value else ""
    places = len(text.partition(".")[2])
    return f"{value:.{decimals}f}" if places < decimals or (decimals and places > 6) else text
