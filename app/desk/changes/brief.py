"""The brief on one change of a document: what, from when, for whom, by whom, and the words side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from app.desk.changes.change import Change, ChangedValue, Kind, ordered
from ingest.ledger.changes import Run, VersionFacts, What

Fact = Literal["title", "audience", "effective_to"]
_MAIN_COUNTRY = 0.5  # share of the country that a document is most about, as app.retrieval.validity has it


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """What a document says of itself otherwise now; an audience is a word, a day as 2026-03-01, empty for none."""

    fact: Fact
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One change.

    ``changes`` are those of a document that says something else; of one that is new or gone, ``excerpt`` is how its
    text begins. ``effective_from`` is None where the document names no day and none was given.
    """

    id: str  # of the change: the version's id and what happened to it
    what: What
    at: datetime  # UTC; when it was published or retired
    document: str
    title: str
    number: int
    previous: int | None  # the number of the version that held before
    language: str
    version_id: int
    previous_id: int | None
    effective_from: date | None
    effective_to: date | None
    audience: str
    countries: tuple[str, ...] = ()  # ISO 3166-1
    uri: str = ""
    author: str = ""
    run: Run | None = None
    facts: tuple[ChangedFact, ...] = ()
    changes: tuple[Change, ...] = ()
    excerpt: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be told: the text was set otherwise, or moved."""
        return self.what == "changed" and not self.changes and not self.facts

    @property
    def is_meaning(self) -> bool:
        """Whether more than the wording is another."""
        return self.what != "changed" or bool(self.facts) or any(change.is_meaning for change in self.changes)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of its changes, what weighs most first."""
        found = {kind for change in self.changes for kind in change.kinds}
        return ordered(found) if found else ()

    @property
    def values(self) -> tuple[ChangedValue, ...]:
        """Every figure that is another now, each once."""
        return tuple(dict.fromkeys(value for change in self.changes for value in change.values))

    def is_ahead(self, today: date) -> bool:
        """Whether it takes effect in the future."""
        return self.what != "retired" and self.effective_from is not None and self.effective_from > today


def brief_id(version: VersionFacts, what: What) -> str:
    """How a change is called in addresses and confirmations."""
    return f"{version.id}-{what}"


def brief_of(
    what: What,
    at: datetime,
    version: VersionFacts,
    before: VersionFacts | None,
    run: Run | None,
    changes: Iterable[Change] = (),
    excerpt: Iterable[str] = (),
) -> Brief:
    """The brief on a change in the ledger, with what was found between the two texts."""
    return Brief(
        id=brief_id(version, what),
        what=what,
        at=at,
        document=version.document_id,
        title=version.title,
        number=version.number,
        previous=before.number if before and what == "changed" else None,
        language=version.language,
        version_id=version.id,
        previous_id=before.id if before else None,
        effective_from=version.starts_on,
        effective_to=version.effective_to,
        audience=version.audience,
        countries=_main(version.countries),
        uri=version.uri,
        author=version.author,
        run=run,
        facts=_facts(before, version) if before and what == "changed" else (),
        changes=tuple(changes),
        excerpt=tuple(excerpt),
    )


def _facts(before: VersionFacts, after: VersionFacts) -> tuple[ChangedFact, ...]:
    pairs: tuple[tuple[Fact, str, str], ...] = (
        ("title", before.title, after.title),
        ("audience", before.audience, after.audience),
        ("effective_to", _day(before.effective_to), _day(after.effective_to)),
    )
    return tuple(ChangedFact(*pair) for pair in pairs if pair[1] != pair[2])


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _main(shares: Mapping[str, float]) -> tuple[str, ...]:
    most = max(shares.values(), default=0.0)
    return tuple(sorted(country for country, share in shares.items() if share >= _MAIN_COUNTRY * most))
