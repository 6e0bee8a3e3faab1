"""The chain in a file for an auditor, with a manifest by which it is verified without polydesk."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from app.audit.errors import AuditUserError
from app.audit.record import FIELDS, GENESIS, Head, Record, Seal

_HOW = (
    "Each line of the file is a JSON object. The hash of a record is the SHA-256, in hexadecimal digits, of the UTF-8 "
    "of a JSON array without spaces, of these of its fields in this order: number, at, actor, action, subject, "
    "details, previous. Other characters than ASCII stand as they are. `details` is a string. `previous` is the hash "
    "of the record before; that of the first line is `previous` of this manifest, 64 zeros at the begin of the chain. "
    "The numbers have no gap. The last hash is `hash` of this manifest, and a seal's `hash` is that of the record with "
    "the number `count`. The signatures are HMAC-SHA-256 with a key that only the operator has."
)
_PROGRAM = """import hashlib, json, sys
manifest = json.load(open(sys.argv[2], encoding="utf-8"))
previous, number, hashes = manifest["previous"], manifest["first"] - 1, {}
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    fields = json.dumps([record[name] for name in manifest["fields"]], ensure_ascii=False, separators=(",", ":"))
    assert record["previous"] == previous and record["number"] == number + 1, f"gap before {record['number']}"
    previous, number = hashlib.sha256(fields.encode()).hexdigest(), record["number"]
    assert record["hash"] == previous, f"record {number} was altered"
    hashes[number] = previous
assert (number, previous) == (manifest["last"], manifest["hash"]), "the end is missing"
for seal in manifest["seals"]:
    assert hashes.get(seal["count"], seal["hash"]) == seal["hash"], f"the seal of {seal['day']} is of another chain"
print(len(hashes), "records are as they were written")
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    file: Path
    manifest: Path
    records: int
    hash: str  # of the last record


def manifest_path(file: Path) -> Path:
    """Where the manifest of an export is."""
    return file.with_name(f"{file.name}.manifest.json")


def export(file: Path, records: Iterable[Record], head: Head | None, seals: Iterable[Seal]) -> Exported:
    """Write the records and their manifest; both are there, whole, or neither.

    :raises AuditUserError: they cannot be written, or there is no record.
    """
    first: Record | None = None
    last: Record | None = None
    count = 0
    whole = hashlib.sha256()
    try:
        with _beside(file) as out:
            for record in records:
                line = json.dumps(asdict(record), ensure_ascii=False) + "\n"
                out.write(line)
                whole.update(line.encode())
                first, last, count = first or record, record, count + 1
            if first is None or last is None:
                raise AuditUserError("there is no record in this time: give other days")
        manifest = _manifest(file, count, first, last, whole.hexdigest(), head, seals)
        with _beside(manifest_path(file)) as out:
            json.dump(manifest, out, ensure_ascii=False, indent=1)
            out.write("\n")
    except OSError as error:
        raise AuditUserError(f"{file} cannot be written: {error.strerror}") from None
    return Exported(file, manifest_path(file), count, last.hash)


def _manifest(
    file: Path, count: int, first: Record, last: Record, sha256: str, head: Head | None, seals: Iterable[Seal]
) -> dict[str, Any]:
    return {
        "file": file.name,
        "sha256": sha256,
        "records": count,
        "first": first.number,
        "last": last.number,
        "previous": first.previous,
        "hash": last.hash,
        "starts_the_chain": first.previous == GENESIS,
        "ends_the_chain": head is not None and head.count == last.number,
        "fields": list(FIELDS),
        "seals": [asdict(seal) for seal in seals if first.number <= seal.count <= last.number],
        "how_to_verify": _HOW,
        "program": _PROGRAM,
        "run": "python3 verify.py FILE MANIFEST, with the program above as verify.py",
    }


@contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    """A new file that takes its place when all is written; for its owner's eyes."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            yield out
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
