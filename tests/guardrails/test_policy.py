"""The policy file is validated on load, with errors that name the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.errors import GuardError, PolicyError
from guardrails.policy import POLICY_PATH, load_policy

SHIPPED = POLICY_PATH.read_text(encoding="utf-8")


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_shipped_policy_is_valid() -> None:
    assert 0 < load_policy().grounding.threshold < 1


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("  threshold: 0.5 ", "  threshold: 1.5 ", "threshold"),
        ("  threshold: 0.5 ", "  threshold: .nan ", "threshold"),
        ("  attach_similarity", "  atach_similarity", "atach_similarity"),
        ("least_content_words: 2", "least_content_words: none", "least_content_words"),
        ("  repairs: 2", "  repairs: 9", "repairs"),
        ("  judge: null", "  judge: minicheck", "judge"),
    ],
)
def test_a_mistake_is_reported_with_file_and_line(tmp_path: Path, good: str, bad: str, says: str) -> None:
    text = SHIPPED.replace(good, bad, 1)
    path = written(tmp_path, text)
    # A missing key is a mistake of its section, an unknown one of its own line.
    with pytest.raises(PolicyError, match=says) as caught:
        load_policy(path)
    assert str(path) in str(caught.value)
    assert caught.value.line in (line_of(text, bad.strip()), line_of(text, "grounding:"))
    assert "\n" not in str(caught.value)


def test_the_line_is_that_of_the_wrong_value(tmp_path: Path) -> None:
    text = SHIPPED.replace("  no_content_similarity: 0.8", "  no_content_similarity: eight", 1)
    with pytest.raises(PolicyError) as caught:
        load_policy(written(tmp_path, text))
    assert caught.value.line == line_of(text, "no_content_similarity")


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(written(tmp_path, "grounding:\n  threshold: 0.5\n bad: [1\n"))
    assert caught.value.line is not None


def test_a_repeated_key_is_refused(tmp_path: Path) -> None:
    text = f"{SHIPPED}grounding: {{}}\n"
    with pytest.raises(PolicyError, match="twice") as caught:
        load_policy(written(tmp_path, text))
    assert caught.value.line == len(text.splitlines())


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GuardError, match="does not exist"):
        load_policy(tmp_path / "none.yaml")


def test_an_empty_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        load_policy(written(tmp_path, ""))
