"""Holds the pinned packages against the known vulnerabilities: ``check_advisories.py PIP-AUDIT [FILE]``.

The advisories are OSV's, by pip-audit. Exit status 1 when a package has one that ``accepted_advisories.yaml`` does not
name, or names for a day that is over; 2 when that file cannot be used. Where the service cannot be reached, that is
said and the status is 0: a machine without a network has other checks to run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ACCEPTED = HERE / "accepted_advisories.yaml"
PINNED = HERE.parent / "constraints.txt"
_NEEDED = {"id": str, "package": str, "why": str, "until": date}
_LONGEST_S = 300


def main(arguments: Sequence[str]) -> int:
    """Print each vulnerability that counts, and say what to do."""
    pinned = Path(arguments[1]) if len(arguments) > 1 else PINNED
    try:
        accepted = _accepted(ACCEPTED, date.today())
    except ValueError as error:
        print(f"{ACCEPTED.name}: {error}", file=sys.stderr)
        return 2
    audit, problem = _audit(arguments[0], pinned)
    if audit is None:
        print(f"NOT DONE: packages were not held against known vulnerabilities: {problem}", file=sys.stderr)
        return 0
    found = list(_counting(audit, accepted))
    for line in found:
        print(line, file=sys.stderr)
    if found:
        print(
            f"{len(found)} known vulnerabilities: raise the version in constraints.txt, or name it in "
            f"{ACCEPTED.name} with the reason and a day",
            file=sys.stderr,
        )
        return 1
    print(f"No known vulnerability in {len(audit)} packages ({len(accepted)} accepted).")
    return 0


def _accepted(path: Path, today: date) -> set[tuple[str, str]]:
    """Package and id of each that is still accepted.

    :raises ValueError: an entry lacks something.
    """
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    for entry in entries:
        if not isinstance(entry, dict) or entry.keys() != _NEEDED.keys():
            raise ValueError(f"{entry} needs {', '.join(_NEEDED)}, and nothing else")
        for name, kind in _NEEDED.items():
            if not isinstance(entry[name], kind) or not entry[name]:
                raise ValueError(f"{entry['id']}: {name} is missing or is no {kind.__name__}")
    return {(_plain(entry["package"]), entry["id"]) for entry in entries if entry["until"] > today}


def _audit(command: str, pinned: Path) -> tuple[list[dict[str, Any]] | None, str]:
    """What pip-audit found, or why it found nothing out."""
    options = ["--no-deps", "--disable-pip", "--vulnerability-service", "osv", "--timeout", "10"]
    options += ["--progress-spinner", "off", "--format", "json", "--requirement", str(pinned)]
    try:
        ran = subprocess.run([command, *options], capture_output=True, text=True, timeout=_LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return None, f"the advisory service took more than {_LONGEST_S} s"
    try:
        found: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = ran.stderr.strip().splitlines() or [f"pip-audit ended with status {ran.returncode}"]
        return None, said[-1]
    return found, ""


def _counting(audit: Sequence[dict[str, Any]], accepted: set[tuple[str, str]]) -> Iterator[str]:
    for package in audit:
        name = package["name"]
        if "skip_reason" in package:
            yield f"{name} was not looked at: {package['skip_reason']}"
        for advisory in package.get("vulns", ()):
            ids = [advisory["id"], *advisory.get("aliases", ())]
            if not any((_plain(name), each) in accepted for each in ids):
                mended = ", ".join(advisory.get("fix_versions", ())) or "no version yet"
                yield f"{name} {package['version']}: {', '.join(ids)}; mended in {mended}"


def _plain(package: str) -> str:
    return package.lower().replace("_", "-")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
