"""What CI looks for beside errors: secrets in the repository, and known vulnerabilities of what it installs."""

from __future__ import annotations

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import REPOSITORY

# In two parts each, or this file would be found.
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
AWS = "AKIA" + "QX3ZJ7LM2RTV5WNB"
KEY = "-----BEGIN OPENSSH " + "PRIVATE KEY-----"
PASSWORD = 'database_password = "' + 'Tr0ub4dor&3-x9"'
RANDOM = 'SIGNED_WITH = "' + 'c3VwZXJzZWNyZXRzaWduaW5na2V5MTIzNDU2Nzg5MDEyMzQ1Njc4"'


def module(name: str) -> ModuleType:
    spec = spec_from_file_location(name, REPOSITORY / ".ci" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def secrets() -> ModuleType:
    return module("find_secrets")


@pytest.fixture(scope="module")
def advisories() -> ModuleType:
    return module("check_advisories")


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("settings.py", PASSWORD), ("settings.py", RANDOM), ("deploy.yaml", f"token: {TOKEN}"),
        ("notes.md", f"Use {AWS} for now."), ("id.pem", KEY), ("tickets.jsonl", json.dumps({"text": f"my key {AWS}"})),
        ("tickets.jsonl", json.dumps({"text": TOKEN})),
    ],
)  # fmt: skip
def test_a_planted_secret_is_found_at_its_place_and_not_printed(
    name: str, planted: str, secrets: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    file.write_text(f"first line\n{planted}\n", encoding="utf-8")
    assert secrets.main([str(file)]) == 1
    said = capsys.readouterr()
    assert f"{file}:2: " in said.err
    assert not any(secret in said.err + said.out for secret in (TOKEN, AWS, "Tr0ub4dor", "c3VwZXJ"))


def test_code_that_only_speaks_of_secrets_is_none(secrets: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(
        'def enter(password: str, token: str = "") -> str:\n    return token or password\n', encoding="utf-8"
    )
    assert secrets.main([str(file)]) == 0


def test_a_value_that_is_named_with_a_reason_passes_in_its_file_alone(
    secrets: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.py"
    file.write_text(PASSWORD, encoding="utf-8")
    secrets.main([str(file)])
    sha1 = capsys.readouterr().err.partition("sha1: ")[2].partition(")")[0]
    known = tmp_path / "known.yaml"
    known.write_text(f"- {{file: {file}, sha1: {sha1}, why: a test}}\n", encoding="utf-8")
    monkeypatch.setattr(secrets, "KNOWN", known)
    assert secrets.main([str(file)]) == 0
    (tmp_path / "other.py").write_text(PASSWORD, encoding="utf-8")
    assert secrets.main([str(tmp_path / "other.py")]) == 1


ADVISORY = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["1.1"], "description": "…"}
FOUND = {"dependencies": [{"name": "Some_Package", "version": "1.0", "vulns": [ADVISORY]}], "fixes": []}
CLEAN = {"dependencies": [{"name": "some-package", "version": "1.1", "vulns": []}], "fixes": []}
ACCEPTED = "- {id: CVE-2026-1, package: some-package, why: a test, until: DAY}\n"


def audited(
    advisories: ModuleType, folder: Path, printed: str, accepted: str = "[]", complains: str = "", status: int = 0
) -> int:
    """The status after a pip-audit that prints this."""
    command = folder / "pip-audit"
    program = f"import sys; print({printed!r}); print({complains!r}, file=sys.stderr); sys.exit({status})"
    command.write_text(f"#!{sys.executable}\n{program}\n", encoding="utf-8")
    command.chmod(0o755)
    (folder / "accepted.yaml").write_text(accepted, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(advisories, "ACCEPTED", folder / "accepted.yaml")
        return int(advisories.main([str(command)]))


def test_a_known_vulnerability_fails_until_it_is_accepted_and_again_after_its_day(
    advisories: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.dumps(FOUND)
    assert audited(advisories, tmp_path, found, status=1) == 1
    said = capsys.readouterr().err
    assert "Some_Package 1.0: PYSEC-2026-1, CVE-2026-1; mended in 1.1" in said
    assert "with the reason and a day" in said
    assert audited(advisories, tmp_path, found, ACCEPTED.replace("DAY", "2999-01-01"), status=1) == 0
    assert audited(advisories, tmp_path, found, ACCEPTED.replace("DAY", "2020-01-01"), status=1) == 1
    other = ACCEPTED.replace("DAY", "2999-01-01").replace("some-package", "another")
    assert audited(advisories, tmp_path, found, other, status=1) == 1
    assert audited(advisories, tmp_path, json.dumps(CLEAN)) == 0


def test_where_the_service_cannot_be_reached_it_is_said_that_nothing_was_looked_at(
    advisories: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(advisories, tmp_path, "", complains="ConnectionError: api.osv.dev", status=1) == 0
    said = capsys.readouterr()
    assert said.err.startswith("NOT DONE: ") and "ConnectionError: api.osv.dev" in said.err
    assert "No known vulnerability" not in said.out


def test_a_package_that_was_not_looked_at_counts(advisories: ModuleType, tmp_path: Path) -> None:
    skipped = {"dependencies": [{"name": "odd", "skip_reason": "it is not on the index"}], "fixes": []}
    assert audited(advisories, tmp_path, json.dumps(skipped)) == 1


@pytest.mark.parametrize("lacking", ["why: a test, ", ", until: DAY"])
def test_a_vulnerability_is_accepted_with_a_reason_and_a_day_alone(
    lacking: str, advisories: ModuleType, tmp_path: Path
) -> None:
    accepted = ACCEPTED.replace(lacking, "").replace("DAY", "2999-01-01")
    assert audited(advisories, tmp_path, json.dumps(FOUND), accepted, status=1) == 2
