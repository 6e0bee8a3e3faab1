"""Measuring briefs: what must be in them is counted with its values, and so is what must not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.suites.changes import read_cases
from tests.conftest import REPOSITORY
from tests.support.command import Command

SET = REPOSITORY / "eval" / "sets" / "changes"


def test_the_set_has_the_cases_it_claims() -> None:
    cases = read_cases(SET)
    tuned = [case for part, case in cases if part == "tuned"]
    assert len(tuned) >= 30 and len({case.language for case in tuned}) >= 12
    assert len([case for part, case in cases if part == "apart"]) >= 10
    assert len({case.id for _, case in cases}) == len(cases)
    assert len([case for case in tuned if not case.expect]) >= 10
    for _, case in cases:
        assert all(each.old in case.old and each.new in case.new for each in case.expect), case.id


@pytest.mark.slow
def test_every_change_of_the_set_is_in_the_brief_and_no_form_is(polydesk: Command) -> None:
    status, out, err = polydesk("eval", "changes", "--json", "--failures")
    figures = json.loads(out)
    assert (status, figures["failures"]) == (0, []), err
    assert (figures["recall"], figures["values_right"], figures["false_alarms"]) == (1.0, 1.0, 0.0)
    assert figures["by_part"]["apart"]["recall"] == 1.0


def test_a_miss_a_wrong_value_and_a_false_alarm_are_counted(polydesk: Command, tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(
        """
- {id: a, language: en, old: "Pay in 3 days.", new: "Pay in 5 days.", expect: [{kind: amount}]}
- {id: b, language: en, old: "Pay in 3 days.", new: "Pay in 5 days.", expect: [{kind: deadline, old: 3 days, new: "5"}]}
- {id: c, language: en, old: "Pay in 3 days.", new: "Pay in 5 days.", expect: []}
""",
        encoding="utf-8",
    )
    figures = json.loads(polydesk("eval", "changes", "--data", file, "--json")[1])
    assert (figures["recall"], figures["values_right"], figures["false_alarms"]) == (0.5, 0.0, 1.0)
    assert figures["unexpected"] == 0.5


@pytest.mark.parametrize("content", ["", "- {id: a}", "- [", "3"])
def test_data_that_is_none_is_said_on_one_line(polydesk: Command, tmp_path: Path, content: str) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(content, encoding="utf-8")
    status, out, err = polydesk("eval", "changes", "--data", file)
    assert (status, out) == (2, "") and "cases.yaml" in err.splitlines()[-1]
