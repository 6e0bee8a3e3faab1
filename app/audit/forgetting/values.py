"""What tells who a person is, and in which forms it may stand in a file."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from guardrails.personal.spans import PERSON

CUSTOMER = "CUSTOMER"  # the id of the customer in tickets
_LEAST_BYTES = 5  # of UTF-8; less stands in any file by chance
_LEAST_DIGITS = 8  # of a number that is looked for without its spaces, too
_NO_GAPS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True, order=True)
class PersonalValue:
    """A name, an address, a number of a person.

    :param type: of :data:`guardrails.personal.spans.TYPES`, or :data:`CUSTOMER`.
    """

    type: str
    value: str

    @property
    def can_be_searched(self) -> bool:
        """Whether it is long enough to be found for certain."""
        return len(self.value.encode("utf-8", "replace")) >= _LEAST_BYTES

    @property
    def tells_who(self) -> bool:
        """Whether it means this person alone: a name of one word may be anybody's, or a word."""
        name = self.value.split()
        return self.type != PERSON or len(name) > 1 or bool(_NO_GAPS.search(self.value))

    @property
    def plain(self) -> str:
        """What is the same in all forms of one value."""
        return "".join(character for character in self.value.casefold() if character.isalnum())

    def texts(self) -> set[str]:
        """As it may stand in a text."""
        found = {self.value, " ".join(self.value.split())}
        digits = "".join(character for character in self.value if character.isdigit())
        if self.type != PERSON and len(digits) >= _LEAST_DIGITS:
            found.add(digits)
        if "@" in self.value:
            found.add(self.value.casefold())
        return found

    def encoded(self) -> set[bytes]:
        """As it may stand in a file: in UTF-8 and UTF-16, as JSON, a URL and HTML escape it."""
        found: set[bytes] = set()
        for text in self.texts():
            escaped = {
                text,
                json.dumps(text)[1:-1],
                quote(text, safe=""),
                quote_plus(text),
                quote(text),
                html.escape(text),
            }
            found |= {each.encode("utf-8", "replace") for each in escaped}
            found |= {text.encode("utf-16-le", "replace"), text.encode("utf-16-be", "replace")}
        return found


def pattern_of(values: list[PersonalValue]) -> re.Pattern[str] | None:
    """Finds any of them in a text, also as JSON escapes it, as words of their own."""
    texts = {form for each in values for text in each.texts() for form in (text, json.dumps(text)[1:-1])}
    if not texts:
        return None
    return re.compile("|".join(map(_as_word, sorted(texts, key=len, reverse=True))))


def _as_word(text: str) -> str:
    before = r"(?<![^\W_])" if text[0].isalnum() and not _NO_GAPS.match(text[0]) else ""
    after = r"(?![^\W_])" if text[-1].isalnum() and not _NO_GAPS.match(text[-1]) else ""
    return f"{before}{re.escape(text)}{after}"
