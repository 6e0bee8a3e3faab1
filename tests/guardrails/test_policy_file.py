"""The policy in use follows its file; one that was made unusable leaves the last good one in force."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guardrails.errors import PolicyError
from guardrails.policy import POLICY_PATH
from guardrails.policy_file import PolicyFile

SHIPPED = POLICY_PATH.read_text(encoding="utf-8")


def write(path: Path, old: str, new: str) -> None:
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    later = path.stat().st_mtime_ns + 1_000_000_000  # two edits within one tick of a coarse clock
    os.utime(path, ns=(later, later))


def test_a_change_holds_from_the_next_look_on(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(SHIPPED, encoding="utf-8")
    file = PolicyFile(path)
    before = file.current()
    assert file.current() is before
    write(path, "grounding:\n  threshold: 0.4 ", "grounding:\n  threshold: 0.75 ")
    assert file.current().grounding.threshold == 0.75


def test_a_mistake_leaves_the_last_good_policy_and_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(SHIPPED, encoding="utf-8")
    file = PolicyFile(path)
    before = file.current()
    write(path, "grounding:\n  threshold: 0.4 ", "grounding:\n  threshold: much ")
    assert file.current() is before
    assert "grounding.threshold" in caplog.text
    caplog.clear()
    assert file.current() is before
    assert not caplog.text  # said once
    path.unlink()
    assert file.current() is before


def test_without_a_usable_file_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="does not exist"):
        PolicyFile(tmp_path / "none.yaml")
