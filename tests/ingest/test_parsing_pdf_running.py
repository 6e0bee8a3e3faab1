"""Heads, feet and page numbers go; the rows of a table that reach into a margin stay."""

from __future__ import annotations

from ingest.parsing.pdf.page import Glyph, Line, Page
from ingest.parsing.pdf.running import remove_running_lines


def line(text: str, x: float, y: float) -> Line:
    return Line([Glyph(char, x + 5 * at, x + 5 * at + 5, 10.0, False) for at, char in enumerate(text)], y, y + 10)


def kept(*pages: list[tuple[str, float, float]]) -> list[list[str]]:
    """What stays of pages of 600 by 800 points, given the texts with their places."""
    made = [Page(number, 600, 800, [line(*place) for place in places]) for number, places in enumerate(pages, 1)]
    remove_running_lines(made)
    return [[line.text for line in page.lines] for page in made]


BODY = ("Returns are free.", 50.0, 400.0)


def test_a_head_with_the_page_in_it_and_a_foot_with_the_number_of_pages_go() -> None:
    pages = [[(f"Handbook {n + 4}", 50.0, 780.0), BODY, (f"{n} / 3", 280.0, 20.0)] for n in (1, 2, 3)]
    assert kept(*pages) == [["Returns are free."]] * 3


def test_the_rows_of_a_long_table_stay_in_the_margins() -> None:
    rows = [[(f"Area {n}", 50.0, 30.0), (f"£{n}.10", 200.0, 30.0), (f"£{n}.35", 300.0, 30.0)] for n in (38, 71, 12)]
    assert kept(*rows) == [[f"Area {n}", f"£{n}.10", f"£{n}.35"] for n in (38, 71, 12)]


def test_a_single_page_keeps_everything() -> None:
    assert kept([("ACME", 50.0, 780.0), BODY, ("1", 280.0, 20.0)]) == [["ACME", "Returns are free.", "1"]]
