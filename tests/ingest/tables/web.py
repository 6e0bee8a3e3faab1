"""Tables as HTML and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tests.ingest.tables.grids import Cell, Grid


def html_table(grid: Grid, *, marked: bool = True) -> str:
    """A table element.

    :param marked: with ``thead``, ``th`` and ``scope`` as the standard wants it; otherwise ``td`` alone.
    """
    lines: dict[int, list[str]] = {}
    for cell in grid.cells():
        lines.setdefault(cell.row, []).append(_html_cell(cell, grid, marked))
    rows = [f"<tr>{''.join(lines.get(row, []))}</tr>" for row in range(len(grid.rows))]
    head, body = "".join(rows[: grid.header_rows]), "".join(rows[grid.header_rows :])
    inside = f"<thead>{head}</thead><tbody>{body}</tbody>" if marked and head else f"<tbody>{head}{body}</tbody>"
    caption = f"<caption>{escape(grid.caption)}</caption>" if marked else ""
    return f'<table dir="{grid.direction}">{caption}{inside}</table>'


def _html_cell(cell: Cell, grid: Grid, marked: bool) -> str:
    in_head, in_side = cell.row < grid.header_rows, cell.column < grid.row_headers
    tag = "th" if marked and (in_head or in_side) else "td"
    scope = f' scope="{"col" if in_head else "row"}"' if tag == "th" else ""
    spans = (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (
        f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    )
    return f"<{tag}{scope}{spans}>{escape(cell.text).replace(chr(10), '<br>')}</{tag}>"


def html_page(title: str, tables: Iterable[str], style: str = "") -> str:
    body = "".join(f"<h2>{number}. Overview</h2><p>The rules.</p>{table}" for number, table in enumerate(tables, 1))
    head = f'<meta charset="utf-8"><title>{title}</title><style>{style}</style>'
    return f"<!doctype html><html><head>{head}</head><body><h1>{title}</h1>{body}</body></html>"


def pipe_table(grid: Grid) -> str:
    """A table without merged cells in GitHub's Markdown."""
    rows = [[text.replace("|", "\\|").replace("\n", "<br>") for text in row] for row in grid.rows]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + ":---|" * len(rows[0]), *lines[1:]])
