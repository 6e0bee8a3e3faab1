"""Tables on a PDF page, from their rules or from how their words line up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.parsing.blocks import Table
from ingest.parsing.cleaning import clean, one_line
from ingest.parsing.pdf.bidi import is_right_to_left
from ingest.parsing.pdf.page import Box, Line, Page
from ingest.parsing.pdf.text import join_lines
from ingest.parsing.tables import make_table

_NEAR = 4.0  # points within which two rules are one
_MOST_RULES = 5000  # a page with more is a drawing


@dataclass(slots=True)
class PlacedTable:
    table: Table
    box: Box
    columns: tuple[float, ...]  # left edges, to recognise the table on the next page


def ruled_tables(page: Page) -> tuple[list[PlacedTable], list[Line]]:
    """Tables drawn with rules, and the lines outside them."""
    tables: list[PlacedTable] = []
    lines = page.lines
    for box in _regions(page):
        xs = _positions([rule.x0 for rule in page.vertical if _touches(rule, box)])
        ys = _positions([rule.y0 for rule in page.horizontal if _touches(rule, box)])
        if len(xs) < 3 or len(ys) < 3:
            continue
        inside = [
            line for line in lines if box.y0 - 2 <= line.middle <= box.y1 + 2 and line.x0 < box.x1 and line.x1 > box.x0
        ]
        rows = _ruled_rows(page, inside, xs, ys[::-1])
        if is_right_to_left(" ".join(line.text for line in inside)):
            rows = [row[::-1] for row in rows]
        table = make_table(rows, 0, page=page.number)
        if table is not None and len(table.rows[0]) > 1:
            tables.append(PlacedTable(table, box, tuple(xs)))
            lines = [line for line in lines if line not in inside]
    return tables, lines


def visual_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines side by side on the page, rows from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.middle):
        if rows and any(_is_beside(other, line) for other in rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _is_beside(line: Line, other: Line) -> bool:
    """Whether the lines share most of their height; scripts with marks above and below are taller."""
    shared = min(line.y1, other.y1) - max(line.y0, other.y0)
    return shared > 0.6 * min(line.y1 - line.y0, other.y1 - other.y0)


def _regions(page: Page) -> list[Box]:
    """Bounding boxes of rules that touch one another."""
    if len(page.horizontal) + len(page.vertical) > _MOST_RULES:
        return []
    boxes: list[Box] = []
    for rule in [*page.horizontal, *page.vertical]:
        touching = [box for box in boxes if _touches(rule, box)]
        for box in touching:
            boxes.remove(box)
        group = [rule, *touching]
        boxes.append(
            Box(min(b.x0 for b in group), min(b.y0 for b in group), max(b.x1 for b in group), max(b.y1 for b in group))
        )
    return [box for box in boxes if box.y1 - box.y0 > 8 and box.x1 - box.x0 > 30]


def _touches(rule: Box, box: Box) -> bool:
    return rule.x0 <= box.x1 + 3 and rule.x1 >= box.x0 - 3 and rule.y0 <= box.y1 + 3 and rule.y1 >= box.y0 - 3


def _positions(values: list[float]) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _NEAR:
            out.append(value)
    return out


def _ruled_rows(page: Page, lines: list[Line], xs: list[float], ys: list[float]) -> list[list[str]]:
    """Cell texts; a cell without a rule to its neighbour is merged with it and repeated."""
    cells: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        walls = [x for x in xs if any(_is_at(rule, x, line.middle) for rule in page.vertical)]
        for part in line.parts(walls):
            column = _band(xs, (part.x0 + part.x1) / 2)
            row = _band([-y for y in ys], -part.middle)
            cells.setdefault((row, column), []).append(part)
    texts = {at: clean(join_lines(_top_down(parts))) for at, parts in cells.items()}
    rows = [[one_line(texts.get((row, column), "")) for column in range(len(xs) - 1)] for row in range(len(ys) - 1)]
    for row, (top, bottom) in enumerate(pairwise(ys)):
        sides = [any(_is_at(rule, x, (top + bottom) / 2) for rule in page.vertical) for x in xs]
        for first, last in _spans(sides):
            _merge(rows, [(row, column) for column in range(first, last)])
    for column, (left, right) in enumerate(pairwise(xs)):
        middle = (left + right) / 2
        floors: list[bool] = [
            any(abs(rule.y0 - y) <= _NEAR and rule.x0 <= middle <= rule.x1 for rule in page.horizontal) for y in ys
        ]
        for first, last in _spans(floors):
            _merge(rows, [(row, column) for row in range(first, last)])
    return rows


def _is_at(rule: Box, x: float, y: float) -> bool:
    """Whether a vertical rule stands at ``x`` beside the height ``y``."""
    return abs(rule.x0 - x) <= _NEAR and rule.y0 <= y <= rule.y1


def _spans(walls: list[bool]) -> list[tuple[int, int]]:
    """Ranges of bands without a wall between them, those of more than one."""
    edges = [0, *(at for at in range(1, len(walls) - 1) if walls[at]), len(walls) - 1]
    return [(first, last) for first, last in pairwise(edges) if last - first > 1]


def _merge(rows: list[list[str]], cells: list[tuple[int, int]]) -> None:
    text = " ".join(dict.fromkeys(rows[row][column] for row, column in cells if rows[row][column]))
    for row, column in cells:
        rows[row][column] = text


def _band(edges: Sequence[float], value: float) -> int:
    return max(0, min(sum(value >= edge for edge in edges) - 1, len(edges) - 2))


def _top_down(parts: list[Line]) -> list[Line]:
    return [line for row in visual_rows(parts) for line in sorted(row, key=lambda line: line.x0)]
