"""What a file says of itself in its properties, under one name whatever the language it says it in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.cleaning import clean, one_line
from ingest.parsing.dates import UnclearDateError, read_date
from ingest.yaml_text import read_yaml

_DATES = ("effective_from", "effective_to")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*")
_PERIOD_PART = re.compile(r"(start|end)\s*=\s*([^;]+)", re.IGNORECASE)
_LONGEST = 200  # characters of a value


class _Synonyms(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    names: dict[str, tuple[str, ...]]
    periods: tuple[str, ...]
    no_authors: tuple[str, ...]


def field_named(name: str) -> str | None:
    """The field that a property's name stands for, such as ``effective_from`` for ``Gültig ab``."""
    return _fields().get(_key(name))


def renamed(raw: Mapping[str, str], name: str) -> dict[str, str]:
    """Front matter under the names of our fields; entries with other names stay as they are.

    :raises DocumentError: ``wrong-format``: two entries say the same thing differently.
    """
    found: dict[str, str] = {}
    for key, value in raw.items():
        field = field_named(key) or key
        if found.setdefault(field, value) != value:
            message = f"{name}: {field} is “{found[field]}” and “{value}”; keep one of them"
            raise DocumentError("wrong-format", message)
    return found


def read_properties(raw: Iterable[tuple[str, str]], name: str) -> tuple[dict[str, str], list[Finding]]:
    """The fields that a file's properties set, dates as 2026-03-01; properties of other names mean nothing here.

    A date that can be read in two ways is not used but reported as ``unclear-date``.

    :raises DocumentError: ``wrong-format``: the audience is given twice and differs.
    """
    found: dict[str, str] = {}
    findings: list[Finding] = []
    for key, value in _single(raw):
        field = field_named(key)
        value = one_line(clean(value))[:_LONGEST]
        if field is None or not value:
            continue
        if field in _DATES:
            try:
                value = read_date(value).isoformat()
            except UnclearDateError:
                message = (
                    f"the property “{key}” is “{value}”, which is no clear date and was not used; write 2026-03-01"
                )
                findings.append(Finding(name, "unclear-date", message))
                continue
        elif (field == "author" and _key(value) in _no_authors()) or (
            field == "language" and not _LANGUAGE.fullmatch(value)
        ):
            continue
        if found.setdefault(field, value) == value or field not in (*_DATES, "audience"):
            continue
        if field == "audience":
            message = f"{name}: the audience is “{found[field]}” and “{value}”; keep one of them"
            raise DocumentError("wrong-format", message)
        message = f"{field} is {found[field]} and, as “{key}”, {value}; the first was used: keep one of them"
        findings.append(Finding(name, "unclear-date", message))
    return found, findings


def _says_nothing(field: str, value: str) -> bool:
    if field == "author":
        return _key(value) in _no_authors()
    return field == "language" and not _LANGUAGE.fullmatch(value)


def _single(raw: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Periods taken apart into their two dates."""
    for key, value in raw:
        if _key(key) not in _periods():
            yield key, value
            continue
        parts = {match[0].lower(): match[1] for match in _PERIOD_PART.findall(value)}
        start, slash, end = value.partition("/")
        if parts or (slash and start.strip().startswith(tuple("0123456789")) and len(start.strip()) > 4):
            yield "effective_from", parts.get("start", "" if parts else start)
            yield "effective_to", parts.get("end", "" if parts else end)
        else:
            yield "effective_from", value


def _key(name: str) -> str:
    """Letters, marks and digits alone, without case."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LMN")


@cache
def _synonyms() -> _Synonyms:
    path = Path(__file__).with_name("properties.yaml")
    return _Synonyms.model_validate(read_yaml(path.read_text(encoding="utf-8")))


@cache
def _fields() -> dict[str, str]:
    return {_key(each): field for field, names in _synonyms().names.items() for each in (field, *names)}


@cache
def _periods() -> frozenset[str]:
    return frozenset(map(_key, _synonyms().periods))


@cache
def _no_authors() -> frozenset[str]:
    return frozenset(map(_key, _synonyms().no_authors))
