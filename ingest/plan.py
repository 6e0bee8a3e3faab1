"""What an ingest would do: which items are new, changed, moved, the same, gone or refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

from ingest.documents import Finding, SourceItem
from ingest.identity import Identities, is_gone
from ingest.ledger.writing import PublishedItem
from ingest.sources import Source, is_left_out

_RECIPE = "4"  # changes when the same file would give other chunks, so that it is read again
Action = Literal["add", "change", "move"]
# What a source leaves out on purpose, and knows: the rest of its listing is whole.
_NO_HOLES = frozenset({"unsupported", "no-customer", "ticket-export"})


@dataclass(frozen=True)
class Work:
    """An item to be read. ``replaces`` is what was published of it, at its old place where it moved."""

    action: Action
    source: Source
    item: SourceItem
    replaces: PublishedItem | None


@dataclass
class Plan:
    """What is to be done, and what is left as it is."""

    work: list[Work] = field(default_factory=list)
    unchanged: int = 0
    retired: list[PublishedItem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.work or self.retired)


def make_plan(sources: Sequence[Source], published: Mapping[str, PublishedItem], prune: bool = True) -> Plan:
    """Compare what ``sources`` hold now with what is ``published``, by uri. Nothing is read but to list.

    :param prune: whether what is no longer listed is to be retired; never where listing had holes.
    """
    plan = Plan()
    identities = Identities(published.values())
    seen: set[str] = set()
    holed: list[Source] = []
    for source in sources:
        for entry in source.items():
            if isinstance(entry, Finding):
                plan.findings.append(entry)
                if entry.code not in _NO_HOLES:
                    holed.append(source)
            elif entry.uri not in seen:  # two of the addresses may overlap
                seen.add(entry.uri)
                old = published.get(entry.uri)
                if old and old.content_hash == state_hash(entry):
                    plan.unchanged += 1
                else:
                    plan.work.append(Work("change" if old else "add", source, identities.identified(entry), old))
    # A listing with holes does not prove that what it lacks has vanished; only a look at the place does.
    vanished = [
        old
        for uri, old in published.items()
        if uri not in seen and any(source.covers(uri) and _is_missing(source, uri, holed) for source in sources)
    ]
    moved = _pair_moved(plan, vanished, [old for uri, old in published.items() if uri not in seen])
    plan.retired = [old for old in vanished if prune and old.version_id not in moved]
    return plan


def _is_missing(source: Source, uri: str, holed: Sequence[Source]) -> bool:
    return source not in holed or is_gone(uri) or is_left_out(source, uri)


def state_hash(item: SourceItem) -> str:
    """Changes with the item's content, and with all that its source says about it but its place."""
    said = {name: str(getattr(item, name)) for name in _SAID}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return f"{_RECIPE}:{digest[:40]}"


_SAID = tuple(each.name for each in fields(SourceItem) if each.name not in ("uri", "document_id"))


def _pair_moved(plan: Plan, vanished: Sequence[PublishedItem], unseen: Sequence[PublishedItem]) -> set[int]:
    """Pair new items with vanished ones of the same content: they were renamed. Returns the paired versions."""
    new = {state_hash(work.item) for work in plan.work if work.action == "add"}
    gone = {old.version_id for old in vanished}
    by_hash: dict[str, list[PublishedItem]] = {}
    for old in sorted(unseen, key=lambda each: each.uri, reverse=True):
        if old.content_hash in new and (old.version_id in gone or is_gone(old.uri)):
            by_hash.setdefault(old.content_hash, []).append(old)
    paired: set[int] = set()
    for at, work in enumerate(plan.work if by_hash else ()):
        olds = by_hash.get(state_hash(work.item)) if work.action == "add" else None
        if olds:
            old = olds.pop()
            paired.add(old.version_id)
            plan.work[at] = Work("move", work.source, work.item, old)
    return paired
