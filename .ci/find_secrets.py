"""Looks for secrets in what git holds: ``find_secrets.py [FILE…]``; exit status 1 when there is one.

Whatever has the form of a token or a private key is found everywhere; passwords, and text that looks random, only where
code and settings stand: tests, words of the page and data sets are full of made-up ones. A value that looks like a
secret and is none stands in ``known_secrets.yaml`` with the reason.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import get_plugins, transient_settings

ROOT = Path(__file__).resolve().parents[1]
KNOWN = Path(__file__).with_name("known_secrets.yaml")
_FORMS = [
    "Artifactory", "AWSKey", "AzureStorageKey", "Cloudant", "DiscordBotToken", "GitHubToken", "GitLabToken",
    "IbmCloudIam", "JwtToken", "Mailchimp", "Npm", "OpenAI", "PrivateKey", "PypiToken", "SendGrid", "Slack",
    "SquareOAuth", "Stripe", "TelegramBotToken", "TwilioKey",
]  # fmt: skip
_GUESSES = (
    {"name": "BasicAuthDetector"},
    {"name": "KeywordDetector"},
    {"name": "Base64HighEntropyString", "limit": 4.5},
    {"name": "HexHighEntropyString", "limit": 3.0},
)
_FILTERS = [
    {"path": f"detect_secrets.filters.heuristic.{name}"}
    for name in (
        "is_indirect_reference",
        "is_likely_id_string",
        "is_not_alphanumeric_string",
        "is_potential_uuid",
        "is_prefixed_with_dollar_sign",
        "is_sequential_string",
        "is_templated_secret",
    )
]
_MADE_UP = re.compile(r"tests/|app/ui/words/|eval/sets/|ingest/sample/|.*\.(jsonl|tsv|csv)$")
_NO_TEXT = (".webp", ".png", ".npz", ".ico", ".pdf", ".docx", ".xlsx", ".odt", ".zip")


def main(arguments: Sequence[str]) -> int:
    """Print each secret with its place, and say what to do."""
    named = [Path(each).resolve() for each in arguments] or _files_in_git()
    files = [each for each in named if each != KNOWN.resolve()]  # its digests look like secrets themselves
    known = {(entry["file"], entry["sha1"]) for entry in yaml.safe_load(KNOWN.read_text(encoding="utf-8")) or []}
    found = 0
    for secret in _secrets(files):
        file = _name(Path(secret.filename))
        if (file, secret.secret_hash) in known:
            continue
        found += 1
        print(f"{file}:{secret.line_number}: {secret.type} (sha1: {secret.secret_hash})", file=sys.stderr)
    if found:
        print(
            f"{found} values look like secrets: revoke what is one and take it out of the history; "
            f"name what is none in {KNOWN.name}, with the reason",
            file=sys.stderr,
        )
        return 1
    print(f"No secret in {len(files)} files.")
    return 0


def _files_in_git() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    names = [name for name in listed.decode().split("\0") if name and not name.endswith(_NO_TEXT)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def _secrets(files: Sequence[Path]) -> Iterator[PotentialSecret]:
    with transient_settings(
        {"plugins_used": [{"name": f"{name}Detector"} for name in _FORMS], "filters_used": _FILTERS}
    ):
        # A look at the whole text first: line by line and detector by detector takes ten times as long.
        patterns = [pattern for plugin in get_plugins() for pattern in plugin.denylist]
        for file in files:
            text = file.read_text(encoding="utf-8", errors="replace")
            if any(pattern.search(text) for pattern in patterns):
                yield from scan_file(str(file))
    with transient_settings({"plugins_used": [*_GUESSES], "filters_used": _FILTERS}):
        for file in files:
            if not _MADE_UP.match(_name(file)):
                yield from scan_file(str(file))


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else str(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
