"""Conversations over the sample go to the right team or to none, with all that a person needs."""

from __future__ import annotations

import json
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from app.assistant import build_assistant
from app.settings import Settings
from eval.errors import EvalUserError
from eval.suites.escalation import held, is_complete, print_escalation, read_cases
from guardrails.policy import load_policy
from ingest.knowledge import open_knowledge
from ingest.settings import IngestSettings

SET = Path(str(resources.files("eval") / "sets" / "escalation"))
SOME = ("en-2", "es-3", "ar-3", "zh-2", "de-4")
LANGUAGES = {"en", "de", "fr", "es", "pt", "it", "pl", "ar", "hi", "ja", "zh", "th"}


def test_the_set_has_forty_conversations_in_twelve_languages_and_a_person_is_asked_for_in_each() -> None:
    cases = read_cases(SET)
    escalation = load_policy().escalation
    assert len(cases) == len({case.id for case in cases}) == 40
    assert {case.language for case in cases} == LANGUAGES
    asking = {case.language for case in cases for turn in case.turns if "topic:person" in turn.topics}
    assert asking == LANGUAGES
    assert Counter(case.team is None for case in cases)[True] >= 10
    teams = {rule.cause: rule.team for rule in escalation.rules}
    assert all(teams[case.cause] == case.team for case in cases if case.cause)


def test_some_conversations_go_to_the_right_team_or_to_none_with_a_complete_packet(
    sample_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [case for case in read_cases(SET) if case.id in SOME]
    with open_knowledge(IngestSettings(home=sample_home)) as knowledge:
        assistant = build_assistant(knowledge, Settings(home=sample_home, model="quoting"))
        results = list(held(assistant, cases, given_topics=True))
    print_escalation(results, failures=True, as_json=True)
    figures = json.loads(capsys.readouterr().out)
    assert figures["failures"] == []
    assert figures["conversations"] == len(SOME)
    assert (figures["accuracy"], figures["packet_completeness"]) == (1.0, 1.0)
    bought = next(result for result in results if result.case.id == "ar-3")
    [packet] = [each.packet for each in bought.found]
    for lacking in ({"found": ()}, {"summary": ""}, {"conversation": packet.conversation[1:]}, {"customer": "C-1"}):
        assert not is_complete(packet.model_copy(update=lacking), bought.case)


def test_data_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvalUserError, match=r"no \*\.jsonl file"):
        read_cases(tmp_path)
    wrong = tmp_path / "x.jsonl"
    wrong.write_text('{"id": "x", "language": "de", "turns": [], "team": null, "cause": null}\n', encoding="utf-8")
    with pytest.raises(EvalUserError, match=r"x\.jsonl:1: turns"):
        read_cases(wrong)
