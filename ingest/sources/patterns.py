"""Which files a pattern means: as in ``.gitignore``, so that nobody has to learn another kind."""

from __future__ import annotations

import re
import unicodedata


def path_pattern(text: str) -> re.Pattern[str]:
    """A pattern for paths as :func:`comparable` gives them, relative to where it is written.

    ``*`` and ``?`` stay within one name, ``**`` spans folders, ``[a-c]`` is one character. A pattern
    without a slash before its end is looked for at every depth. What matches a folder or an archive
    matches everything in it. Case does not count: a rule about who may read must not fail over one.

    :raises ValueError: it can match nothing here; the text says what to write.
    """
    anchored = "/" in text.rstrip("/")
    parts = text.strip("/").split("/")
    if not text.strip("/ "):
        raise ValueError("the pattern is empty; write for example hr/** or *.pdf")
    if text.startswith("!"):
        raise ValueError("patterns are not negated; write a later rule, the last that matches wins")
    if "\\" in text or ".." in parts or "." in parts:
        raise ValueError("write the pattern with / and relative to this file, without . and ..")
    body = "" if anchored else "(?:.*/)?"
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            body += ".+" if last else "(?:.*/)?"
        else:
            body += _within_one_name(comparable(part)) + ("" if last else "/")
    try:
        return re.compile(rf"{body}(?:/.*)?", re.DOTALL)
    except re.error as error:
        raise ValueError(f"the pattern cannot be read ({error}); mend what is in brackets") from None


def comparable(path: str) -> str:
    """A path in the form that patterns are compared with: composed, without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _within_one_name(part: str) -> str:
    out, at = "", 0
    while at < len(part):
        char = part[at]
        close = part.find("]", at + 2) if char == "[" else -1
        if char == "*":
            out += "[^/]*"
        elif char == "?":
            out += "[^/]"
        elif close > 0:
            inside = part[at + 1 : close].replace("\\", r"\\").replace("[", r"\[").replace("&", r"\&")
            negated = inside.startswith(("!", "^"))
            inside = inside[1:] if negated else inside
            out += f"(?!/)[{'^' if negated else ''}{inside}]"
            at = close
        else:
            out += re.escape(char)
        at += 1
    return out
