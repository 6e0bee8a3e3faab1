"""Tables on a PDF page without a grid: neighbouring rows of short texts that share their columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.parsing.cleaning import clean, one_line
from ingest.parsing.pdf.bidi import is_right_to_left
from ingest.parsing.pdf.page import Box, Line
from ingest.parsing.pdf.tables import PlacedTable, visual_rows
from ingest.parsing.pdf.text import join_texts
from ingest.parsing.tables import make_table

_NEAR = 4.0  # points
_LONGEST_CELL = 45  # characters on average; columns of prose are longer
_TIGHT = 0.5  # ems between the lines of one cell
_CLEARLY = 0.03  # of the columns' width, better centred over more columns than over its own
_RULED_SHARE = 0.4  # of the gaps between rows have a rule where rules part the rows

Row = list[Line]


def aligned_tables(lines: list[Line], number: int, rules: Sequence[Box] = ()) -> tuple[list[PlacedTable], list[Line]]:
    """The tables, and the lines outside them.

    :param rules: the page's horizontal rules, which part rows of several lines.
    """
    rows = [_sorted_parts(row) for row in visual_rows(lines)]
    tables: list[PlacedTable] = []
    taken: list[Line] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and (len(rows[end]) > 1 or (end > start and _continues(rows[end - 1], rows[end]))):
            end += 1
        placed = _aligned(rows[start:end], number, rules)
        if placed is not None:
            tables.append(placed)
            taken += [line for line in lines if placed.box.y0 - 1 <= line.middle <= placed.box.y1 + 1]
        start = max(end, start + 1)
    return tables, [line for line in lines if line not in taken]


def _sorted_parts(row: Sequence[Line]) -> Row:
    return sorted((part for line in row for part in line.parts()), key=lambda part: part.x0)


def _continues(above: Row, row: Row) -> bool:
    """A single short text right under a cell: the cell's next line."""
    part = row[0]
    close = above[0].y0 - part.y1 < _TIGHT * part.size
    return close and len(above) > 1 and any(abs(cell.x0 - part.x0) < _NEAR for cell in above)


def _aligned(rows: list[Row], number: int, rules: Sequence[Box]) -> PlacedTable | None:
    full = [row for row in rows if len(row) > 1]
    if len(full) < 2 or (len(full) < 3 and max(map(len, full)) < 3):
        return None
    columns = _columns(full)
    lengths = [len(part.text) for row in full for part in row]
    if (
        len(columns) < 2
        or sum(lengths) / len(lengths) > _LONGEST_CELL
        or any(part.bullet for row in full for part in row)
    ):
        return None
    most = max(map(len, rows))
    first_full = next(at for at, row in enumerate(rows) if len(row) == most)
    cells = {id(row): _cells(row, columns, names=at < first_full) for at, row in enumerate(rows)}
    texts = [_joined([cells[id(row)] for row in group]) for group in _grouped(rows, columns, rules)]
    if is_right_to_left(" ".join(" ".join(row) for row in texts)):
        texts = [row[::-1] for row in texts]
    table = make_table([[one_line(clean(cell)) for cell in row] for row in texts], 0, page=number)
    if table is None or len(table.rows) < 2:
        return None
    parts = [part for row in rows for part in row]
    box = Box(min(p.x0 for p in parts), min(p.y0 for p in parts), max(p.x1 for p in parts), max(p.y1 for p in parts))
    return PlacedTable(table, box, tuple(left for left, _ in columns))


def _columns(rows: list[Row]) -> list[tuple[float, float]]:
    """Intervals of x that the parts cover.

    The rows with the most parts say where the columns are; what reaches over several of them is merged
    over them, and what reaches over none is a column of its own.
    """
    most = max(map(len, rows))
    columns = _merged([part for row in rows if len(row) == most for part in row])
    for row in sorted(rows, key=len, reverse=True):
        for part in row:
            at = [index for index, column in enumerate(columns) if _overlaps(part, column)]
            if not at:
                columns = sorted([*columns, (part.x0, part.x1)])
            elif len(at) == 1:
                columns[at[0]] = _widened(columns, at[0], part)
    return columns


def _widened(columns: list[tuple[float, float]], at: int, part: Line) -> tuple[float, float]:
    """The column with the part in it, as far as its neighbours let it."""
    left = columns[at - 1][1] if at else part.x0
    right = columns[at + 1][0] if at + 1 < len(columns) else part.x1
    return min(columns[at][0], max(part.x0, left)), max(columns[at][1], min(part.x1, right))


def _merged(parts: list[Line]) -> list[tuple[float, float]]:
    columns: list[tuple[float, float]] = []
    for left, right in sorted((part.x0, part.x1) for part in parts):
        if columns and left < columns[-1][1] + 1:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _overlaps(part: Line, column: tuple[float, float]) -> bool:
    return part.x0 < column[1] and part.x1 > column[0]


def _cells(row: Row, columns: list[tuple[float, float]], *, names: bool) -> list[str]:
    """The row's texts by column.

    :param names: whether the row is above the first full one: then its texts may be centred over several columns.
    """
    cells = [""] * len(columns)
    reach = [[at for at, column in enumerate(columns) if _overlaps(part, column)] for part in row]
    for index, part in enumerate(row):
        before = reach[index - 1][-1] if index and reach[index - 1] else 0
        after = reach[index + 1][0] if index + 1 < len(row) and reach[index + 1] else len(columns)
        over = _centred(part, reach[index], columns, before + 1, after) if names and reach[index] else reach[index]
        for at in over:
            cells[at] = join_texts(cells[at], part.text) if cells[at] else part.text
    return cells


def _centred(part: Line, own: list[int], columns: list[tuple[float, float]], first: int, last: int) -> list[int]:
    """The columns from ``first`` until ``last`` that the part stands in the middle of, its own among them."""
    centre = (part.x0 + part.x1) / 2
    best, off = own, _off_centre(columns, own[0], own[-1], centre) - _CLEARLY
    for left in range(min(first, own[0]), own[0] + 1):
        for right in range(own[-1], max(last, own[-1] + 1)):
            if (left, right) != (own[0], own[-1]) and _off_centre(columns, left, right, centre) < off:
                best, off = list(range(left, right + 1)), _off_centre(columns, left, right, centre)
    return best


def _off_centre(columns: list[tuple[float, float]], left: int, right: int, centre: float) -> float:
    """By how much of their width the columns' middle is elsewhere."""
    x0, x1 = columns[left][0], columns[right][1]
    return abs((x0 + x1) / 2 - centre) / max(x1 - x0, 1.0)


def _joined(lines: list[list[str]]) -> list[str]:
    """The cells of several lines as one row."""
    cells = lines[0]
    for line in lines[1:]:
        cells = [join_texts(a, b) if a and b else a or b for a, b in zip(cells, line, strict=True)]
    return cells


def _grouped(rows: list[Row], columns: list[tuple[float, float]], rules: Sequence[Box]) -> list[list[Row]]:
    """Lines of one table row together: between two rules, or close to one another where rows are not."""
    if len(rows) < 2:
        return [rows]
    gaps = [min(part.y0 for part in above) - max(part.y1 for part in row) for above, row in pairwise(rows)]
    ruled = [_is_ruled(above, row, columns, rules) for above, row in pairwise(rows)]
    if sum(ruled) >= max(2, _RULED_SHARE * len(ruled)):
        parted = ruled
    else:
        size = max(part.size for row in rows for part in row)
        wide = [gap >= _TIGHT * size for gap in gaps]
        spaced = sum(wide) >= max(2, 0.3 * len(wide))
        parted = [
            is_wide if spaced else is_wide or _has_first(row, columns)
            for is_wide, row in zip(wide, rows[1:], strict=True)
        ]
    groups = [[rows[0]]]
    for row, apart in zip(rows[1:], parted, strict=True):
        if apart:
            groups.append([row])
        else:
            groups[-1].append(row)
    return groups


def _is_ruled(above: Row, row: Row, columns: list[tuple[float, float]], rules: Sequence[Box]) -> bool:
    """Whether a rule runs between the rows under the first column, where a cell merged over rows has none."""
    top, bottom = max(part.middle for part in above), min(part.middle for part in row)
    left, right = columns[-1]
    middle = (left + right) / 2
    return any(bottom < rule.y0 < top and rule.x0 <= middle <= rule.x1 for rule in rules)


def _has_first(row: Row, columns: list[tuple[float, float]]) -> bool:
    return any(_overlaps(part, columns[0]) for part in row)
