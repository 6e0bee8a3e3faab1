"""Markup and invisible characters, which carry to a reader's browser what the reader does not see."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(
    r"!\s?\[[^\]]*\]\s?[(\[]|\[[^\]\n]{0,200}\]\s?\(\s*<?[a-z#/.][^)]*\)?|^\s{0,3}\[[^\]]+\]:\s*\S+|<(?:https?|mailto|ftp):[^>]*>",
    re.I | re.M,
)
# By the names of elements: <PERSON_1> stands for a name that was masked, <Enter> for a key.
_HTML = re.compile(
    r"<\s*/?\s*(?:a|abbr|area|audio|b|base|blockquote|body|br|button|canvas|center|code|dd|details|div|dl|dt|em|embed|font|"
    r"form|frame|frameset|h[1-6]|head|hr|html|i|iframe|img|input|label|li|link|marquee|math|meta|noscript|object|ol|"
    r"option|p|param|picture|pre|s|script|section|select|small|source|span|strong|style|sub|summary|sup|svg|table|tbody|"
    r"td|template|textarea|th|thead|title|tr|track|u|ul|video)(?=[\s/>])[^>]*>?|<!--|<!doctype|<!\[cdata|&(?:lt|#x?0*(?:60|3c));?\s*\w"
    r"|<\w+\s[^>]*\bon\w+\s*=",
    re.I,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]|\x1b\[")
# Tags, runs of variation selectors, overrides of direction, invisible operators and fillers: no writing needs them.
_NEVER = re.compile(
    "[\U000e0000-\U000e007f\U000e0100-\U000e01ef\u202a-\u202e\u2061-\u2064\u206a-\u206f\u115f\u1160\u3164\uffa0\ufff9-\ufffb]"
    "|[\ufe00-\ufe0f]{2,}"
)
# Joiners belong to some writings and to emoji, not between Latin letters or digits; a break without width is for Thai
# and its like.
_MISPLACED = re.compile(r"(?<=[A-Za-z0-9])[\u200b-\u200d\u2060\ufeff]+(?=[A-Za-z0-9])|[\u200b-\u200d\u2060\ufeff]{3,}")


def find_markup(text: str) -> str | None:
    """What is wrong with ``text``, in words for a person; None where it is plain."""
    for expression, what in (
        (_MARKDOWN, "a Markdown link or image"),
        (_HTML, "HTML"),
        (_CONTROL, "control characters"),
        (_NEVER, "invisible characters"),
        (_MISPLACED, "invisible characters"),
    ):
        match = expression.search(text)
        if match:
            shown = match.group().encode("unicode_escape").decode("ascii") if "char" in what else match.group()
            return f"{what} ({shown[:60]})"
    return None
