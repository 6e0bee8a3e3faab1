"""Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from eval.corpus.page import Page, PageSection, Row


def render_markdown(page: Page) -> bytes:
    """CommonMark with a pipe table, and front matter where the page has a day it takes effect."""
    lines = ["---", "kind: policy", f"effective_from: {page.effective_from}", "---"] if page.effective_from else []
    lines += [f"# {page.title}", ""]
    for section in page.sections:
        lines += [f"## {section.heading}", ""]
        for paragraph in section.paragraphs:
            lines += [page.joined(paragraph), ""]
        if section.items:
            lines += [section.lead_in, "", *(f"- {item}" for item in section.items), ""]
        if section.rows:
            lines += [_piped(page.header), "|---|---|---|---|", *map(_piped, section.rows), ""]
    return "\n".join(lines).encode()


def render_html(page: Page) -> bytes:
    """A whole HTML page that names its language."""
    head = ['<meta charset="utf-8">', f"<title>{escape(page.title)}</title>"]
    if page.effective_from:
        head.append(f'<meta name="effective-from" content="{page.effective_from}">')
    direction = ' dir="rtl"' if page.language == "ar" else ""
    lines = ["<!doctype html>", f'<html lang="{page.language}"{direction}><head>', *head, "</head><body><main>"]
    lines.append(f"<h1>{escape(page.title)}</h1>")
    for section in page.sections:
        lines += _section(page, section)
    return "\n".join([*lines, "</main></body></html>", ""]).encode()


def _section(page: Page, section: PageSection) -> Iterator[str]:
    yield f"<h2>{escape(section.heading)}</h2>"
    for paragraph in section.paragraphs:
        yield f"<p>{escape(page.joined(paragraph))}</p>"
    if section.items:
        yield f"<p>{escape(section.lead_in)}</p>"
        yield "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in section.items) + "</ul>"
    if section.rows:
        rows = [_cells(page.header, "th"), *(_cells(row, "td") for row in section.rows)]
        yield "<table>" + "".join(rows) + "</table>"


def _cells(row: Row, tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"


def _piped(row: Row) -> str:
    return "| " + " | ".join(row) + " |"
