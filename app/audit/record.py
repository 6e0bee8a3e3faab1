"""One record of the chain, the seals upon it, and what their hashes are made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.audit.keys import AuditKey

GENESIS = "0" * 64  # the hash before the first record
FIELDS = ("number", "at", "actor", "action", "subject", "details", "previous")  # in the order that is hashed


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened.

    :param number: from 1, without a gap.
    :param at: UTC, ISO 8601 with microseconds.
    :param details: a JSON object, as it is hashed.
    :param previous: the hash of the record before.
    :param signature: of the hash, by the audit's key: who makes the chain anew cannot make this.
    """

    number: int
    at: str
    actor: str
    action: str
    subject: str
    details: str
    previous: str
    hash: str
    signature: str

    @property
    def day(self) -> str:
        return self.at[:10]

    def content_hash(self, number: int | None = None) -> str:
        """The hash that this content has, here or as another number."""
        return content_hash(
            number or self.number, self.at, self.actor, self.action, self.subject, self.details, self.previous
        )

    def is_signed(self, key: AuditKey) -> bool:
        return key.signed("record", self.hash, self.signature)

    def numbered(self, number: int) -> Record:
        """The same at another place of the chain."""
        return replace(self, number=number)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: how many records there are, and the hash of the last."""

    count: int
    hash: str
    day: str
    signature: str

    @classmethod
    def signed(cls, count: int, hash: str, day: str, key: AuditKey) -> Head:
        return cls(count, hash, day, key.sign("head", f"{count} {hash} {day}"))

    def is_signed(self, key: AuditKey) -> bool:
        """Whether it is as it was written; an audit without a record has no signature yet."""
        if self.count == 0 and not self.signature:
            return self.hash == GENESIS
        return key.signed("head", f"{self.count} {self.hash} {self.day}", self.signature)


@dataclass(frozen=True, slots=True)
class Seal:
    """The end of the chain at some moment, kept for good: at least one for each day on which anything happened."""

    count: int
    hash: str
    day: str
    sealed_at: str
    signature: str

    @classmethod
    def of(cls, head: Head, sealed_at: str, key: AuditKey) -> Seal:
        signature = key.sign("seal", f"{head.count} {head.hash} {head.day} {sealed_at}")
        return cls(head.count, head.hash, head.day, sealed_at, signature)

    def is_signed(self, key: AuditKey) -> bool:
        return key.signed("seal", f"{self.count} {self.hash} {self.day} {self.sealed_at}", self.signature)


def content_hash(number: int, at: str, actor: str, action: str, subject: str, details: str, previous: str) -> str:
    """SHA-256 of the fields as a JSON array without spaces, in UTF-8."""
    line = json.dumps(
        [number, at, actor, action, subject, details, previous], ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(details: Mapping[str, Any]) -> str:
    """Details as they are kept: one way to write each value."""
    return json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
