"""Sentences of a document that give an assistant orders instead of telling its reader something.

They are reported and left in the text: an operator decides, and at answer time retrieved text is data anyway.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from typing import Literal, NamedTuple

from pydantic import RootModel, field_validator

from ingest.documents import Finding, ParsedDocument
from ingest.parsing.cleaning import one_line
from ingest.parsing.hidden import excerpt
from ingest.yaml_text import read_yaml

MOST_FINDINGS = 20  # of one document; more say nothing more

Kind = Literal["needs", "override", "persona", "prompt", "secrecy", "addressed", "role-tags"]


class Orders(RootModel[dict[str, dict[Kind, tuple[str, ...]]]]):
    """``instructions.yaml``: regular expressions by language (``any`` for all) and by what the order wants.

    ``needs`` are no expressions but pieces of words, of which a text holds one or none of the language's orders.
    """

    @field_validator("root")
    @classmethod
    def _compile(cls, orders: dict[str, dict[Kind, tuple[str, ...]]]) -> dict[str, dict[Kind, tuple[str, ...]]]:
        for language, kinds in orders.items():
            for pattern in (pattern for kind, patterns in kinds.items() if kind != "needs" for pattern in patterns):
                try:
                    re.compile(pattern)
                except re.error as error:
                    raise ValueError(f"{language}: {pattern!r} is no regular expression: {error}") from error
        return orders


def instruction_findings(document: ParsedDocument, item: str) -> list[Finding]:
    """A finding for each unit or heading that speaks to an assistant, up to :data:`MOST_FINDINGS`.

    :param item: the file's name, for the findings.
    """
    found: dict[str, Finding] = {}
    texts = list(_texts(document))
    # Few languages' pieces of words occur in a document; those of the others are not looked for text by text.
    languages = _likely(_folded("\n".join(text for text, _ in texts)), _languages())
    for text, page in texts:
        if text in found or not orders_an_assistant(text, languages):
            continue
        where = f" on page {page}" if page else ""
        message = f"orders to an assistant{where}: {excerpt(text)}; remove them or check who wrote them"
        found[text] = Finding(item, "instruction", message)
        if len(found) == MOST_FINDINGS:
            break
    return list(found.values())


def with_instructions_found(document: ParsedDocument, item: str) -> ParsedDocument:
    """The document with a finding ``instruction`` for each of them added to its own."""
    return replace(document, findings=(*document.findings, *instruction_findings(document, item)))


def orders_an_assistant(text: str, languages: Sequence[_Language] | None = None) -> bool:
    """Whether the text holds an order to an assistant, in any of the languages known or in one of ``languages``."""
    folded = _folded(text)
    likely = _likely(folded, _languages() if languages is None else languages)
    return any(pattern.search(folded) for language in likely for pattern in language.patterns)


def _likely(folded: str, languages: Sequence[_Language]) -> list[_Language]:
    """Those of which the text has the script and a piece of a word that orders need."""
    if not languages:
        return []
    scripts = {_script(char) for char in set(folded) if char.isalpha()} | {""}
    return [
        language
        for language in languages
        if language.script in scripts and any(need in folded for need in language.needs)
    ]


def _texts(document: ParsedDocument) -> Iterator[tuple[str, int | None]]:
    yield document.title, None
    for section in document.sections:
        yield from ((heading, section.page) for heading in section.heading[-1:])
        yield from ((unit.text, section.page) for unit in section.units)


class _Language(NamedTuple):
    script: str  # that a text must be in, as ``_script`` names it
    needs: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]


@cache
def _languages() -> tuple[_Language, ...]:
    raw = resources.files("ingest.parsing").joinpath("instructions.yaml").read_text(encoding="utf-8")
    orders = Orders.model_validate(read_yaml(raw)).root
    return tuple(_compiled(kinds) for kinds in orders.values())


def _compiled(kinds: dict[Kind, tuple[str, ...]]) -> _Language:
    patterns = [
        unicodedata.normalize("NFKC", pattern)
        for kind, of_kind in kinds.items()
        if kind != "needs"
        for pattern in of_kind
    ]
    scripts = {_script(char) for char in "".join(patterns) if char.isalpha()} - {"", "LATIN"}
    needs = tuple(unicodedata.normalize("NFKC", need).lower() for need in kinds.get("needs", ("",)))
    return _Language(min(scripts, default=""), needs, tuple(map(re.compile, patterns)))


def _folded(text: str) -> str:
    return one_line(unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """The first word of the character's name: ``ARABIC``, ``CJK``, ``THAI``."""
    return unicodedata.name(char, "").partition(" ")[0] if not char.isascii() else ""
