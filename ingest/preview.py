"""What applying a plan would change, chunk by chunk; nothing is embedded or written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.ledger.shelving import Shelving
from ingest.plan import Plan, Work
from ingest.preparing import Prepared, Preparer
from ingest.texts import chunk_texts

Action = Literal["add", "change", "move", "retire"]
_COUNTED: dict[Action, str] = {"add": "added", "change": "changed", "move": "moved", "retire": "retired"}


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One document that would change. ``new_chunks`` of its ``chunks`` are not there yet."""

    action: Action
    document_id: str
    chunks: int
    new_chunks: int
    said: str


@dataclass
class Preview:
    """A plan, looked into."""

    unchanged: int
    lines: list[PreviewLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: int = 0

    def counts(self) -> dict[str, int]:
        """How many documents would be added, changed and so on."""
        found = dict.fromkeys(_COUNTED.values(), 0) | {"unchanged": self.unchanged, "refused": self.refused}
        for line in self.lines:
            found[_COUNTED[line.action]] += 1
        return found


def preview(
    plan: Plan, preparer: Preparer, shelving: Shelving, done: Callable[[str], None] = lambda _document_id: None
) -> Preview:
    """Read what the plan would read, and count what it would change."""
    found = Preview(plan.unchanged, findings=list(plan.findings), refused=len(plan.findings))
    for work in plan.work:
        try:
            prepared = preparer.prepare(work)
        except DocumentError as error:
            found.findings.append(Finding(work.item.document_id, error.code, str(error)))
            found.refused += 1
        else:
            found.findings += prepared.findings
            found.lines.append(_line(work, prepared, shelving))
        done(work.item.document_id)
    found.lines += [PreviewLine("retire", old.document_id, 0, 0, "left its source") for old in plan.retired]
    return found


def _line(work: Work, prepared: Prepared, shelving: Shelving) -> PreviewLine:
    version = prepared.version
    digests = [text.digest for text in chunk_texts(version.key, version.title, version.chunks)]
    known = shelving.digests(work.replaces.version_id) if work.replaces else set()
    new = sum(digest not in known for digest in digests)
    said = f"{len(digests)} chunks"
    if work.action == "move" and work.replaces:
        said = f"moved from {work.replaces.document_id}"
    elif work.replaces:
        said = f"{new} of {len(digests)} chunks change"
    if version.item.effective_from:
        said += f", from {version.item.effective_from}"
    return PreviewLine(work.action, version.item.document_id, len(digests), new, said)
