"""The page's words, a folder of data files for each language, English where another language lacks one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError

if TYPE_CHECKING:
    from babel.plural import PluralRule

_FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language of the page.

    :raises AppError: from every method, for a key that no file has, or without a value it needs.
    """

    language: str
    entries: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The words under ``key`` with ``{braces}`` filled in."""
        try:
            return self.entries[key].format(**values)
        except KeyError as error:
            raise AppError(f"words/{self.language}: {key!r} needs {error}") from error

    def counted(self, key: str, count: int) -> str:
        """The words for ``count`` things: ``key.one``, ``key.few`` or whichever form the language has for it."""
        form = f"{key}.{_plural_rule(self.language)(count)}"
        return self(form if form in self.entries else f"{key}.other", count=count)

    def reason(self, code: str) -> str:
        """A stable reason code in words; an unknown code is shown as it is, readably."""
        return self.entries.get(f"reason.{code}") or code.replace("-", " ").replace("_", " ")


@dataclass(frozen=True, slots=True)
class Example:
    """A question that an empty page offers."""

    language: str
    text: str


@cache
def languages() -> tuple[str, ...]:
    """The languages that the page has words in."""
    return tuple(sorted(path.name for path in _FOLDER.iterdir() if path.is_dir() and any(path.glob("*.yaml"))))


@cache
def words_for(locale: str | None) -> Words:
    """The words for a browser's locale (``de-CH``), English when there is no folder for its language."""
    language = (locale or "en").replace("_", "-").split("-")[0].lower()
    if language not in languages():
        language = "en"
    entries = _load("en") | _load(language)
    return Words(language, entries)


@cache
def examples() -> tuple[Example, ...]:
    """The questions of ``words/examples.yaml``."""
    import yaml

    loaded = yaml.safe_load((_FOLDER / "examples.yaml").read_text(encoding="utf-8"))
    return tuple(Example(str(entry["language"]), str(entry["text"])) for entry in loaded)


def plural_forms(language: str) -> frozenset[str]:
    """The forms that a language has for numbers of things (CLDR): ``one`` and ``other`` in English."""
    return frozenset(_plural_rule(language).tags) | {"other"}


@cache
def _plural_rule(language: str) -> PluralRule:
    from babel import Locale

    return Locale.parse(language).plural_form


def _load(language: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.yaml")):
        loaded = _read(path)
        if twice := entries.keys() & loaded.keys():
            raise AppError(f"words/{language}/{path.name}: {', '.join(sorted(twice))} stands in another file too")
        entries |= loaded
    return entries


def _read(path: Path) -> dict[str, str]:
    import yaml

    name = f"words/{path.parent.name}/{path.name}"
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise AppError(f"{name} must be a mapping of keys to words")
    wrong = [str(key) for key, value in loaded.items() if not isinstance(key, str) or not isinstance(value, str)]
    if wrong:
        raise AppError(f"{name}: {', '.join(wrong)} must be text")
    return loaded
