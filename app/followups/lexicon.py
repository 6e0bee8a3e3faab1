"""The words that make a question a follow-up, one file a language in ``words/``.

A language without a file has none: what only names another country is still understood there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from app.errors import AppError

if TYPE_CHECKING:
    import regex

Role = Literal[
    "connectives",  # a follow-up begins with them: "and", "what about"
    "closings",  # and ends with them: 呢
    "questions",
    "light",  # verbs and the like that ask nothing without a subject: "cost", "take", "possible"
    "prepositions",
    "articles",
    "conditions",  # "if"
    "pronouns",
    "demonstratives",  # pronouns where no noun follows: "this", German "das"
    "there",
    "there_at_end",  # "there", which elsewhere says that something exists
    "references",  # they point back wherever they stand: "in that case"
    "fillers",
    "expletives",  # "is it possible": a pronoun that stands for nothing
    "courtesies",  # "thanks": what is only this is no question
    "customers",
]

_FOLDER = Path(__file__).parent / "words"
_UNSPACED = frozenset({"ja", "zh", "th"})
_LETTER = r"[\p{L}\p{M}\p{N}]"


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(" ".join(entry.split()) for entry in value.split(",") if entry.strip())


Entries = Annotated[tuple[str, ...], BeforeValidator(_split)]


class _File(BaseModel):
    """One language's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connectives: Entries
    closings: Entries
    questions: Entries
    light: Entries
    prepositions: Entries
    articles: Entries
    conditions: Entries
    pronouns: Entries
    demonstratives: Entries
    there: Entries
    there_at_end: Entries
    references: Entries
    fillers: Entries
    expletives: Entries
    courtesies: Entries
    customers: dict[str, Entries]


class Lexicon:
    """The words of one language, ready to be found in a text."""

    def __init__(
        self, language: str, entries: dict[Role, tuple[str, ...]], customers: dict[str, tuple[str, ...]]
    ) -> None:
        self.spaced = language not in _UNSPACED
        self._customers = customers
        self._roles: dict[str, set[Role]] = {}
        for role, phrases in entries.items():
            for phrase in phrases:
                self._roles.setdefault(phrase.casefold(), set()).add(role)
        every_customer = [phrase for phrases in customers.values() for phrase in phrases]
        for phrase in every_customer:
            self._roles.setdefault(phrase.casefold(), set()).add("customers")
        self.any = self._pattern([*self._roles])
        self.connective = self._pattern([*entries.get("connectives", ()), *entries.get("courtesies", ())])
        self.closing = self._pattern(entries.get("closings", ()), tail=r"[^\p{L}\p{N}]*$")
        self.condition = self._pattern(entries.get("conditions", ()))

    def roles(self, found: str) -> frozenset[Role]:
        """What a match of :attr:`any` may be."""
        key = found.casefold()
        exact = self._roles.get(key)
        if exact is not None:
            return frozenset(exact)
        fitting = [roles for phrase, roles in self._roles.items() if "*" in phrase and self._fits(phrase, key)]
        return frozenset().union(*fitting)

    def customer(self, found: str) -> str:
        """The kind of customer that ``found`` names, as the files call it: ``business``, ``private`` …"""
        key = found.casefold()
        return next(
            kind
            for kind, phrases in self._customers.items()
            if any(phrase.casefold() == key or self._fits(phrase.casefold(), key) for phrase in phrases)
        )

    def customer_name(self, kind: str) -> str | None:
        """What a kind of customer is called here; None where only stems of it are listed."""
        return next((phrase for phrase in self._customers.get(kind, ()) if "*" not in phrase), None)

    def _fits(self, phrase: str, found: str) -> bool:
        import regex

        return regex.fullmatch(_expression(phrase), found, regex.IGNORECASE) is not None

    def _pattern(self, phrases: tuple[str, ...] | list[str], tail: str = "") -> regex.Pattern[str]:
        import regex

        if not phrases:
            return regex.compile(r"(?!)")
        longest_first = sorted(phrases, key=len, reverse=True)
        either = "|".join(_expression(phrase) for phrase in longest_first)
        before, after = (rf"(?<!{_LETTER})", rf"(?!{_LETTER})") if self.spaced else ("", "")
        return regex.compile(rf"{before}(?:{either}){after}{tail}", regex.IGNORECASE)


def _expression(phrase: str) -> str:
    import regex

    escaped: str = regex.escape(phrase, special_only=True, literal_spaces=True)
    return escaped.replace(r"\*", rf"{_LETTER}*")


def has_lexicon(language: str) -> bool:
    """Whether there is a file for ``language``."""
    return language.isalpha() and (_FOLDER / f"{language}.yaml").is_file()


@cache
def lexicon(language: str) -> Lexicon:
    """The words of ``language`` (ISO 639-1); an empty lexicon where there is no file for it.

    :raises AppError: the file is malformed.
    """
    path = _FOLDER / f"{language}.yaml"
    if not has_lexicon(language):
        return Lexicon(language, {}, {})
    import yaml

    try:
        read = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise AppError(f"followups/words/{path.name} cannot be used: {error}") from error
    entries: dict[Role, tuple[str, ...]] = {role: getattr(read, role) for role in _ROLES if role != "customers"}
    return Lexicon(language, entries, read.customers)


_ROLES: tuple[Role, ...] = Role.__args__  # type: ignore[attr-defined]  # a Literal keeps its values there
