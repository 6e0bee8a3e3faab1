"""Forget many customers at once, then look for them in every file.

``python -m tests.app.audit.forgetting.many HOME TICKETS [NUMBER]`` takes NUMBER (20) customers of TICKETS, JSON lines
that were ingested and imported into HOME, out of it. What is looked for is read from TICKETS, not found by polydesk.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.forgetting.erasing import erase
from app.audit.forgetting.searching import files_of
from app.phases import shown_phases
from app.settings import Settings
from guardrails.personal.find import find_personal
from ingest.ledger.engine import open_ledger
from ingest.ledger.tables import VersionRow

_LEAST = 5  # characters; shorter values stand in other words by chance
_FIELDS = ("customer_id", "customer_name", "order")


def values_of(lines: list[str], customers: set[str]) -> set[str]:
    """What tells who these customers are, and stands in nobody else's ticket."""
    tickets = [json.loads(line) for line in lines]
    others = "\n".join(
        line for line, ticket in zip(lines, tickets, strict=True) if ticket["customer_id"] not in customers
    )
    found: set[str] = set()
    for ticket in tickets:
        if ticket["customer_id"] in customers:
            found |= {str(ticket[field]) for field in _FIELDS if ticket.get(field)}
            for message in ticket["messages"]:
                if message["author"] == "customer":
                    text, language = message["text"], ticket.get("language") or "en"
                    found |= {text[span.start : span.end] for span in find_personal(text, language)}
    return {value for value in found if len(value) >= _LEAST and value not in others}


def of_everybody(home: Path, values: set[str]) -> set[str]:
    """Those that stand in documents which are nobody's own, as the telephone number of the company itself."""
    ledger = open_ledger(home)
    with Session(ledger) as session:
        texts = list(session.scalars(select(VersionRow.text).where(VersionRow.customer_id.is_(None))))
    ledger.dispose()
    return {value for value in values if any(value in text for text in texts)}


def places(home: Path, values: set[str]) -> dict[str, int]:
    """How many of the values stand in each file."""
    found: dict[str, int] = {}
    for path in files_of(home):
        content = path.read_bytes()
        forms = {
            value: (value.encode(), value.encode("utf-16-le"), json.dumps(value)[1:-1].encode()) for value in values
        }
        if count := sum(any(form in content for form in each) for each in forms.values()):
            found[path.relative_to(home).as_posix()] = count
    return found


def main() -> None:
    home, number = Path(sys.argv[1]).resolve(), int(sys.argv[3]) if len(sys.argv) > 3 else 20
    lines = [line for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines() if line.strip()]
    held = b"".join(path.read_bytes() for path in files_of(home) if path.suffix == ".db")
    known = [each for each in dict.fromkeys(json.loads(line)["customer_id"] for line in lines) if each.encode() in held]
    gone = known[:number]
    values = values_of(lines, set(gone))
    values -= of_everybody(home, values)
    print(f"{len(gone)} customers, {len(values)} values; before: {places(home, values)}")
    started, worked = time.perf_counter(), time.process_time()
    with shown_phases() as phases:
        erased = erase(Settings(home=home), gone, False, phases.phase)
    took = f"{time.perf_counter() - started:.1f} s, {time.process_time() - worked:.1f} s of a processor"
    after = places(home, values)
    print(f"{erased.tickets} tickets, {erased.versions} versions, {took}; left: {len(erased.left)}; after: {after}")
    sys.exit(bool(after or erased.left))


if __name__ == "__main__":
    main()
