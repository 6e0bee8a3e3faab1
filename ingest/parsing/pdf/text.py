"""Lines of a PDF page to paragraphs, items and headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.parsing.blocks import Block, Heading, ListItem, Paragraph
from ingest.parsing.pdf.bidi import is_right_to_left
from ingest.parsing.pdf.page import Line

_NO_SPACE = re.compile("[\u0e00-\u0e7f\u2e80-\u9fff\uff00-\uffef]")  # Thai and CJK wrap without one
_HYPHEN = re.compile(r"[^\W\d_][-\u2010\u00ad]$")
_BULLET = re.compile(r"[•‣▪◦·●○■□–—*-]\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3}[.)]|\(\d{1,3}\)|[a-z]\)|[٠-٩۰-۹०-९๐-๙]{1,2}[.)])\s+(?=\S)")
_SENTENCE_END = (".", "。", "!", "?", "؟", "।", ";", ",", "،", "：", ":")
_LONGEST_HEADING = 120  # characters


@dataclass(frozen=True, slots=True)
class Typography:
    """What the document's body looks like, and which sizes are headings."""

    body: float
    pitch: float  # distance of baselines in a paragraph, in ems of the body
    bold_body: bool
    levels: dict[tuple[float, bool], int]

    @classmethod
    def of(cls, pages: Sequence[Sequence[Line]]) -> Typography:
        """Measured over all pages: the size that most characters have is the body."""
        sizes: Counter[float] = Counter()
        bold = 0
        pitches: Counter[float] = Counter()
        for lines in pages:
            for above, line in zip([None, *lines], lines, strict=False):
                length = len(line.text)
                sizes[line.size] += length
                bold += length if line.bold else 0
                if above is not None and above.size == line.size and above.middle > line.middle:
                    pitches[round((above.middle - line.middle) / max(line.size, 1), 1)] += 1
        body = sizes.most_common(1)[0][0] if sizes else 10.0
        bold_body = bold > sum(sizes.values()) / 2
        close = {pitch: count for pitch, count in pitches.items() if 0.9 <= pitch <= 2.2}
        pitch = max(close, key=lambda key: (close[key], -key), default=1.3)
        styles = {
            (line.size, line.bold)
            for lines in pages
            for line in lines
            if _stands_out(line, body, bold_body) and len(line.text) <= _LONGEST_HEADING
        }
        order = sorted(styles, key=lambda style: (-style[0], not style[1]))
        return cls(body, pitch, bold_body, {style: min(at + 1, 6) for at, style in enumerate(order)})


def _stands_out(line: Line, body: float, bold_body: bool) -> bool:
    return line.size > body + 0.35 or (line.bold and not bold_body and line.size > 0.8 * body)


def join_lines(lines: Sequence[Line]) -> str:
    """One text of wrapped lines."""
    text = ""
    for line in lines:
        text = join_texts(text, line.text) if text else line.text
    return text


def join_texts(text: str, after: str) -> str:
    """Two pieces of one wrapped text: hyphens undone, no spaces put into Thai or CJK."""
    if _HYPHEN.search(text) and after[:1].islower():
        return text[:-1] + after
    if _NO_SPACE.match(text[-1:]) or _NO_SPACE.match(after):
        return text + after
    return f"{text} {after}"


def text_blocks(lines: Sequence[Line], typography: Typography, page: int) -> Iterator[Block]:
    """Headings, paragraphs and list items of lines in reading order."""
    indent = min((line.x0 for line in lines), default=0.0)
    for group in _groups(lines, typography):
        yield _block(group, typography, page, indent)


def _groups(lines: Sequence[Line], typography: Typography) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and not _belongs(group, line, typography):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _belongs(group: list[Line], line: Line, typography: Typography) -> bool:
    last = group[-1]
    if line.bullet or _BULLET.match(line.text) or _NUMBER.match(line.text):
        return False
    if abs(last.size - line.size) > 0.35 and _style(last, typography) != _style(line, typography):
        return False
    if last.bold != line.bold and not typography.bold_body and (last.bold and _style(last, typography)):
        return False
    gap = last.middle - line.middle
    return 0 < gap <= (typography.pitch + 0.25) * max(line.size, last.size)


def _style(line: Line, typography: Typography) -> int:
    return typography.levels.get((line.size, line.bold), 0)


def _block(group: list[Line], typography: Typography, page: int, indent: float) -> Block:
    text = join_lines(group)
    level = _style(group[0], typography)
    ends = text.endswith(_SENTENCE_END)
    if level and not group[0].bullet and len(group) <= 3 and len(text) <= _LONGEST_HEADING and not ends:
        return Heading(level, text, page)
    if group[0].bullet or _BULLET.match(text):
        return ListItem(_BULLET.sub("", text, count=1), _depth(group[0], indent, typography), page=page)
    if number := _NUMBER.match(text):
        return ListItem(text[number.end() :], 0, number[1], page)
    return Paragraph(text, page)


def _depth(line: Line, indent: float, typography: Typography) -> int:
    if is_right_to_left(line.text):
        return 0
    return max(0, min(4, round((line.x0 - indent) / (3 * typography.body)) - 1))
