"""The judge of the policy is asked about what passed, sees placeholders, and lets nothing pass when it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.answers import Question
from app.doctor import find_judge
from app.judging import masked_judge, open_judge
from app.personal import Masking
from app.settings import Settings
from guardrails.grounding import SentenceGate
from guardrails.policy import POLICY_PATH, Policy, load_policy
from guardrails.verdicts import SentenceVerdict
from tests.app.conftest import RETURNS, AssistantMaker, answer_of, shown
from tests.app.passages import passage
from tests.app.scripting import says
from tests.guardrails.support_gate import embed
from tests.support.ollama import Fault
from tests.support.ollama.asking import MODEL, Scripted

LABEL = passage(["The return label costs 6.90 €.", "Write to vera.lindqvist@example.org."], 1)
TRUE, FALSE = "The return label costs 6.90 € [1].", "The return label costs 9.60 € [1]."


def policy_with(seconds: float = 15) -> Policy:
    policy = load_policy()
    grounding = policy.grounding.model_copy(update={"judge": f"ollama:{MODEL}", "repairs": 0})
    guards = policy.guards.model_copy(update={"seconds": seconds})
    return policy.model_copy(update={"grounding": grounding, "guards": guards})


def verdict(server: Scripted, sentence: str = TRUE, seconds: float = 15) -> SentenceVerdict:
    policy = policy_with(seconds)
    judge = open_judge(Settings(ollama_url=server.url), policy)
    assert judge is not None
    masked = masked_judge(judge, Masking(Question(text="?"), "en"), "en", [LABEL])
    return SentenceGate(embed, policy.grounding, masked).check(sentence, [], [LABEL], "en")


def test_there_is_none_unless_the_policy_names_one() -> None:
    assert load_policy().grounding.judge is None
    assert open_judge(Settings(), load_policy()) is None


@pytest.mark.parametrize(("said", "supported"), [("Yes", True), ("No", False)])
def test_its_word_counts_for_what_passed_the_gate(ollama_scripted: Scripted, said: str, supported: bool) -> None:
    ollama_scripted.backend.enqueue(said)
    assert verdict(ollama_scripted).supported == supported
    sent = json.dumps(ollama_scripted.requests[0], ensure_ascii=False)
    assert "Claim: The return label costs 6.90 €." in sent
    assert "<EMAIL_1>" in sent
    assert "example.org" not in sent


def test_it_is_not_asked_about_what_the_gate_refused(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue("Yes")
    assert not verdict(ollama_scripted, FALSE).supported
    assert not ollama_scripted.requests


@pytest.mark.parametrize("fault", [Fault.http(500, "broken"), Fault.hang(), "Perhaps."])
def test_where_it_fails_is_too_slow_or_hedges_nothing_passes(ollama_scripted: Scripted, fault: Fault | str) -> None:
    ollama_scripted.backend.enqueue(fault)
    found = verdict(ollama_scripted, seconds=0.5 if isinstance(fault, Fault) else 15)
    assert (found.supported, found.codes) == (False, ("guard-failed",))


def test_a_change_of_the_policy_puts_it_on_the_path_of_a_question(
    small_assistant: AssistantMaker, ollama_scripted: Scripted, tmp_path: Path
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(named(MODEL), encoding="utf-8")
    assistant = small_assistant(ollama_url=ollama_scripted.url, model=MODEL, policy=path)
    reply = "The return label costs 6.90 € [{6.90 €}]. An article may be sent back within 45 days [{45 days}]."
    ollama_scripted.backend.enqueue(says(reply), "No", "Yes")
    given = answer_of(assistant, RETURNS)
    assert shown(given) == ["An article may be sent back within 45 days."]
    assert any(finding.code == "judged-unsupported" for finding in given.findings)


def test_the_doctor_names_a_judge_that_is_not_on_the_server(ollama_scripted: Scripted, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"

    def finding(tag: str) -> tuple[str, str]:
        path.write_text(named(tag), encoding="utf-8")
        check = find_judge(Settings(policy=path, ollama_url=ollama_scripted.url))
        return check.state, f"{check.detail}; {check.what_to_do}"

    assert finding(MODEL)[0] == "ok"
    state, said = finding("bespoke-minicheck")
    assert state == "missing"
    assert "ollama:bespoke-minicheck is not on the server" in said
    assert "ollama pull bespoke-minicheck" in said


def named(tag: str) -> str:
    shipped = POLICY_PATH.read_text(encoding="utf-8")
    return shipped.replace("  judge: null ", f"  judge: ollama:{tag} ").replace("  repairs: 2 ", "  repairs: 0 ")
