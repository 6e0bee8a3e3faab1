"""The thresholds of a route are data: what is wrong in them is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.doctor import find_routing
from app.errors import AppUserError
from app.models.routing.policy import POLICY_PATH, load_routing, open_routing
from app.settings import Settings
from guardrails.errors import PolicyError
from guardrails.policy import load_policy

SHIPPED = POLICY_PATH.read_text(encoding="utf-8")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in SHIPPED
    path = tmp_path / "routing.yaml"
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    return path


def test_the_shipped_policy_names_causes_that_the_guards_know() -> None:
    known = {rule.cause for rule in load_policy().escalation.rules}
    assert set(load_routing().before.delicate) <= known


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("thin_evidence: 0.40", "thin_evidence: 45", "before.thin_evidence"),
        ("thin_evidence: 0.40", "thin_evidenc: 0.45", "check its spelling"),
        ("withheld: 0.25", "withheld: .nan", "after.withheld"),
        ("calls: 1000", "calls: -1", "budget.calls"),
        ("money: null", "money: -5", "budget.money"),
        ("offered: []", "offered: [ollama:mistral]", "name a small and a large model"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(PolicyError) as raised:
        load_routing(path)
    assert says in str(raised.value)
    line = SHIPPED[: SHIPPED.index(old)].count("\n") + 1
    assert f"{path.name}:{line}" in str(raised.value) or f"line {line}" in str(raised.value)
    with pytest.raises(AppUserError):
        open_routing(path)


def test_languages_are_those_of_the_catalogue_unless_you_measured_others(tmp_path: Path) -> None:
    shipped = load_routing()
    assert shipped.covers("ollama:llama3.2:3b", "de")
    assert not shipped.covers("ollama:llama3.2:3b", "ja")
    assert shipped.covers("ollama:mistral-small", "ja")
    assert shipped.covers("ollama:nobody-knows:1b", "en")
    assert not shipped.covers("ollama:nobody-knows:1b", "de")
    own = load_routing(changed(tmp_path, "own: {}", "own: {'ollama:llama3.2:3b': [ja, pt]}"))
    assert own.covers("ollama:llama3.2:3b", "pt-BR")
    assert not own.covers("ollama:llama3.2:3b", "de")


def test_a_changed_file_counts_from_the_next_question_on_and_a_broken_one_does_not(tmp_path: Path) -> None:
    path = changed(tmp_path, "calls: 1000", "calls: 7")
    current = open_routing(path)
    assert current().budget.calls == 7
    path.write_text(SHIPPED.replace("calls: 1000", "calls: 70"), encoding="utf-8")
    assert current().budget.calls == 70
    path.write_text("budget: nonsense", encoding="utf-8")
    assert current().budget.calls == 70


def test_the_doctor_finds_a_cause_that_no_rule_has_and_a_count_that_cannot_be_read(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert find_routing(settings).detail == "valid; 0 of 1000 calls of a route's large model today"
    misspelt = Settings(home=tmp_path, routing=changed(tmp_path, "self-harm,", "selfharm,"))
    assert (find_routing(misspelt).state, "selfharm" in find_routing(misspelt).detail) == ("broken", True)
    (tmp_path / "routing.json").write_text("{", encoding="utf-8")
    assert (find_routing(settings).state, "damaged" in find_routing(settings).detail) == ("broken", True)
