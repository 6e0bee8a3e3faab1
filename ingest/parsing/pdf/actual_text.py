"""The letters behind glyphs that have none of their own.

Scripts that join letters into one shape (Devanagari, Thai, Tamil …) are written to PDF as glyphs without a
letter, inside a marked stretch whose ``ActualText`` holds the letters (PDF 1.7, 14.9.4). pdfminer leaves it out.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_MOST_LETTERS = 4  # to one glyph; more is not a joined shape but other words than are shown
_FIRST_JOINING = "\u0300"  # below are the Latin letters, which need no such help and must not be exchanged


@cache
def aggregator() -> type[Any]:
    """``PDFPageAggregator`` with the actual text in the first glyph of its stretch and none in the others."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LTChar
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    class ActualText(PDFPageAggregator):  # type: ignore[misc]  # pdfminer is not typed here
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._stretches: list[tuple[str, list[LTChar]]] = []

        def begin_tag(self, tag: Any, props: Any = None) -> None:
            raw = resolve1(props.get("ActualText")) if isinstance(props, dict) else None
            self._stretches.append((decode_text(raw) if isinstance(raw, bytes) else "", []))

        def end_tag(self) -> None:
            text, glyphs = self._stretches.pop() if self._stretches else ("", [])
            if glyphs and is_joined(text, [glyph.get_text() for glyph in glyphs]):
                for glyph in glyphs:
                    glyph._text = ""
                glyphs[0]._text = text

        def render_char(self, *arguments: Any) -> float:
            advance: float = super().render_char(*arguments)
            shown = self.cur_item._objs[-1]
            if self._stretches and isinstance(shown, LTChar):
                self._stretches[-1][1].append(shown)
            return advance

    return ActualText


def is_joined(text: str, glyphs: list[str]) -> bool:
    """Whether the text can be what the glyphs show, and they do not say it themselves."""
    own = "".join(glyphs)
    if len(text) == len(own) == 1:
        return False
    return 0 < len(text) <= _MOST_LETTERS * len(glyphs) and all(char >= _FIRST_JOINING for char in text)
