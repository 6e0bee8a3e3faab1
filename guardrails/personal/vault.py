"""Personal data put away under placeholders, the same value always under the same one."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from guardrails.personal.find import find_personal
from guardrails.personal.placeholders import LITERAL, OPENING, lookalikes, placeholder, replaced
from guardrails.personal.plain import plain
from guardrails.personal.policy import PersonalPolicy
from guardrails.personal.spans import ADDRESS, PERSON, PersonalSpan, without_overlaps

_LEAST_KNOWN = 4  # characters of a value that is looked for wherever it stands


@dataclass(frozen=True, slots=True)
class Entry:
    """One value in one of its forms, as a vault is kept."""

    type: str
    number: int  # from 1, of its type
    form: int  # from 1: the same value in other letters or spacing is another form of one number
    value: str


class Vault:
    """The personal data of one conversation; safe to share between threads."""

    def __init__(self, entries: Iterable[Entry] = (), policy: PersonalPolicy | None = None) -> None:
        self._policy = policy
        self._lock = threading.RLock()
        self._entries: list[Entry] = []
        self._values: dict[tuple[str, int, int], str] = {}
        self._forms: dict[tuple[str, str], Entry] = {}  # by type and value
        self._numbers: dict[tuple[str, str], int] = {}  # by type and what the value is without its form
        self._known: regex.Pattern[str] | None = None
        for entry in entries:
            self._keep(entry)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that was put away, oldest first."""
        with self._lock:
            return tuple(self._entries)

    def mask(self, text: str, language: str) -> str:
        """``text`` with a placeholder for each piece of personal data, whatever form it has."""
        return self._put_away(text, language, exactly=False)

    def restore(self, text: str) -> str:
        """``text`` with the values back, also where a model has changed the placeholders' brackets or letters."""
        return replaced(text, self._value, exactly=False)

    def seal(self, text: str, language: str) -> str:
        """``text`` as :meth:`mask` has it, in a way that :meth:`unseal` gives back to the letter."""
        return self._put_away(text, language, exactly=True)

    def seal_name(self, name: str) -> str:
        """A person's name that stands alone, so that nothing around it tells; from now on it is found in texts, too."""
        if not name.strip():
            return name
        with self._lock:
            entry = self._entry(PERSON, name)
            return placeholder(entry.type, entry.number, entry.form)

    def unseal(self, text: str) -> str:
        """What was sealed."""
        return replaced(text, self._value, exactly=True) if OPENING in text else text

    def _put_away(self, text: str, language: str, exactly: bool) -> str:
        found = find_personal(text, language, self._policy)
        with self._lock:
            literal = [PersonalSpan(start, end, LITERAL, 2.0) for start, end in lookalikes(text)]
            pieces: list[str] = []
            done = 0
            for span in without_overlaps([*literal, *found, *self._known_in(text)]):
                entry = self._entry(span.type, text[span.start : span.end])
                form = entry.form if exactly or span.type == LITERAL else 1
                pieces += [text[done : span.start], placeholder(entry.type, entry.number, form)]
                done = span.end
            return "".join([*pieces, text[done:]])

    def _value(self, kind: str, number: int, form: int) -> str | None:
        with self._lock:
            return self._values.get((kind, number, form))

    def _entry(self, kind: str, value: str) -> Entry:
        known = self._forms.get((kind, value))
        if known:
            return known
        number = self._numbers.get((kind, _without_form(kind, value)))
        if number is None:
            number = 1 + max((entry.number for entry in self._entries if entry.type == kind), default=0)
        form = 1 + sum(1 for entry in self._entries if (entry.type, entry.number) == (kind, number))
        entry = Entry(kind, number, form, value)
        self._keep(entry)
        return entry

    def _keep(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._values[entry.type, entry.number, entry.form] = entry.value
        self._forms[entry.type, entry.value] = entry
        self._numbers[entry.type, _without_form(entry.type, entry.value)] = entry.number
        self._known = None

    def _known_in(self, text: str) -> list[PersonalSpan]:
        """What was put away before and stands here with nothing around it that would tell."""
        kinds = {
            f"k{at}": entry
            for at, entry in enumerate(self._entries)
            if entry.type != LITERAL and len(entry.value) >= _LEAST_KNOWN
        }
        if not kinds:
            return []
        if self._known is None:
            forms = sorted(kinds.items(), key=lambda each: -len(each[1].value))
            self._known = regex.compile("|".join(f"(?P<{name}>{_anywhere(entry)})" for name, entry in forms))
        return [
            PersonalSpan(match.start(), match.end(), kinds[str(match.lastgroup)].type, 0.5)
            for match in self._known.finditer(plain(text))
        ]


def _without_form(kind: str, value: str) -> str:
    if kind == LITERAL:
        return value
    return "".join(character for character in plain(value).casefold() if character.isalnum())


def _anywhere(entry: Entry) -> str:
    """The value with other spacing; a name also in capitals, but not in small letters, which are other words'."""
    value = plain(entry.value)
    if entry.type in (PERSON, ADDRESS):
        forms = {value, value.upper(), value.title() if value.islower() else value}
        parts = "|".join(r"[\s,]+".join(map(regex.escape, form.split())) for form in sorted(forms, key=len)[::-1])
    else:
        letters = [regex.escape(character) for character in value if character.isalnum()]
        parts = "(?i:" + (r"[ ./()\-]{0,2}" if "@" not in value else r"\W?").join(letters) + ")"
    # Chinese, Japanese and Thai have no gaps between words.
    gap = r"[\w--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]]"
    return f"(?V1)(?<!{gap})(?:{parts})(?!{gap})"
