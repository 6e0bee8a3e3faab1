"""What an erasure is about, kept until it is proved done: whoever takes it up again must know what to look for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.audit.errors import AuditUserError
from app.audit.forgetting.values import PersonalValue

_FILE = "erasing.json"


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """Whom to forget, and by what they would be known."""

    customers: tuple[str, ...]
    values: frozenset[PersonalValue]

    def with_more(self, customers: Sequence[str], values: Iterable[PersonalValue]) -> ErasurePlan:
        return ErasurePlan(tuple(dict.fromkeys((*self.customers, *customers))), self.values | frozenset(values))


def plan_path(home: Path) -> Path:
    return home / _FILE


def load_plan(home: Path) -> ErasurePlan:
    """What an erasure that did not come to its end was about; empty where there is none.

    :raises AuditUserError: it cannot be read.
    """
    path = plan_path(home)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        values = frozenset(PersonalValue(str(kind), str(value)) for kind, value in content["values"])
        return ErasurePlan(tuple(map(str, content["customers"])), values)
    except FileNotFoundError:
        return ErasurePlan((), frozenset())
    except (OSError, ValueError, KeyError, TypeError):
        raise AuditUserError(f"{path} is damaged: remove it, then name all customers of that erasure again") from None


def keep_plan(home: Path, plan: ErasurePlan) -> None:
    """Keep it for its owner's eyes, whole or not at all."""
    path = plan_path(home)
    beside = path.with_name(f".{_FILE}.new")
    beside.unlink(missing_ok=True)
    content = {"customers": plan.customers, "values": sorted([each.type, each.value] for each in plan.values)}
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)


def drop_plan(home: Path) -> None:
    """It is done: nothing of it stays."""
    path = plan_path(home)
    for each in (path, path.with_name(f".{_FILE}.new")):
        if each.exists():
            size = each.stat().st_size
            with each.open("r+b") as out:
                out.write(b"\0" * size)
                out.flush()
                os.fsync(out.fileno())
            each.unlink()
