"""What a text carries unseen: invisible characters, HTML comments and attributes, Markdown that is not shown."""

from __future__ import annotations

import html
import re

_TAGS = range(0xE0020, 0xE007F)  # mirror ASCII, and are never drawn
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")  # one after another they can only carry bytes
_MARKDOWN_UNSEEN = (
    re.compile(
        r"^[ \t]{0,8}\[[^\[\]\n]{0,200}\]:[ \t]{0,8}\S{0,500}[ \t]{1,8}[(\"'](.{1,2000})[)\"'][ \t]*$", re.MULTILINE
    ),  # [//]: # (a comment)
    re.compile(r"\[([^\[\]]{0,500})\]\("),  # the text of a link or an image
    re.compile(r"\]\(\S{0,500}\s{1,8}[\"'(]([^\"'()]{1,2000})[\"')]"),  # its title
)
_MARKS = re.compile(r"(?<=\w)(?:[*_~`]{1,3}|<[^<>]{1,40}>|<!--.{0,80}?-->)(?=\w)", re.DOTALL)
# No parser: those take quadratic time on what is made to be hostile. The bounds keep these linear.
_COMMENT = re.compile(r"<!--(.{0,2000}?)-->", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"\b(?:alt|title|content|value|placeholder|summary|(?:aria|data)-[\w-]{1,40})\s{0,3}=\s{0,3}"
    r"(?:\"([^\"]{0,2000})\"|'([^']{0,2000})')"
)
_TAG = re.compile(r"<[^<>]{0,2000}>")


def hidden_texts(text: str) -> list[tuple[str, str]]:
    """What is in ``text`` without being seen, and what is seen once marks inside words are gone; each with its kind."""
    found = [("tag characters", _tag_characters(text)), ("variation selectors", _selected(text))]
    if "<" in text:
        found += [("html", piece) for piece in _pieces(text)]
    if "[" in text:
        found += [("markdown", match.group(1)) for pattern in _MARKDOWN_UNSEEN for match in pattern.finditer(text)]
    unmarked = _MARKS.sub("", text)
    if unmarked != text:
        found.append(("marks", unmarked))
    return [(kind, piece) for kind, piece in found if piece.strip()]


def _tag_characters(text: str) -> str:
    return "".join(chr(ord(char) - 0xE0000) for char in text if ord(char) in _TAGS)


def _selected(text: str) -> str:
    """The bytes that variation selectors carry (0 to 15 in the first block, 16 to 255 in the second)."""
    runs = ["".join(match.group()) for match in _SELECTORS.finditer(text)]
    data = (bytes(_byte(char) for char in run) for run in runs)
    return " ".join(each.decode("utf-8", errors="ignore") for each in data)


def _byte(selector: str) -> int:
    code = ord(selector)
    return code - 0xFE00 if code < 0xE0100 else code - 0xE0100 + 16


def _pieces(text: str) -> list[str]:
    """Comments and attributes that nobody sees, then what is left when every tag is gone."""
    unseen = [match.group(1) for match in _COMMENT.finditer(text)]
    unseen += [match.group(1) or match.group(2) or "" for match in _ATTRIBUTE.finditer(text)]
    return [*map(html.unescape, unseen), html.unescape(_TAG.sub("", _COMMENT.sub("", text)))]
