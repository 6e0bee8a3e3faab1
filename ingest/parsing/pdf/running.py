"""Page numbers, and the heads and feet that several pages share."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product

from ingest.parsing.pdf.page import Line, Page
from ingest.parsing.pdf.tables import visual_rows

_MARGIN = 0.09  # of the page's height, where running heads and page numbers are
_PAGE_NUMBER = re.compile(r"\W*(?:\w+\s)?\d{1,4}(?:\s*(?:/|of|von|de|di|sur|z|van|\W)\s*\d{1,4})?\W*")
_NUMBER = re.compile(r"\d+")
_MOST_NUMBERS = 3  # in a running line

Mask = tuple[str, tuple[int, ...]]


def remove_running_lines(pages: list[Page]) -> None:
    """Take them out of the pages' lines, where there are several pages."""
    if len(pages) < 2:
        return
    masks = [
        {id(line): _masks(line.text, page.number) for line in page.lines if _in_margin(line, page)} for page in pages
    ]
    seen: Counter[Mask] = Counter()
    for lines in masks:
        seen.update({mask for of_line in lines.values() for mask in of_line})
    enough = max(1, len(pages) // 2)
    for page, lines in zip(pages, masks, strict=True):
        alone = {id(row[0]) for row in visual_rows(page.lines) if len(row) == 1}
        page.lines = [
            line
            for line in page.lines
            if id(line) not in lines
            or not (
                any(seen[mask] > enough for mask in lines[id(line)])
                or (id(line) in alone and _PAGE_NUMBER.fullmatch(line.text))
            )
        ]


def _in_margin(line: Line, page: Page) -> bool:
    return line.middle > (1 - _MARGIN) * page.height or line.middle < _MARGIN * page.height


def _masks(text: str, page: int) -> set[Mask]:
    """The line with each number as it is, or less the page's: one of these stays the same on every page.

    A row of a long table has neither, whatever its words: its figures are its own.
    """
    numbers = [int(number) for number in _NUMBER.findall(text)]
    words = _NUMBER.sub("#", text)
    if len(numbers) > _MOST_NUMBERS:
        return {(text, ())}
    # Doubled, so that a number as it is never equals one less its page's.
    return {(words, key) for key in product(*((2 * number, 2 * (number - page) + 1) for number in numbers))}
