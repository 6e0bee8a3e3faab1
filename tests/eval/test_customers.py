"""Customers who are played by rule: whom they play, how they are judged, and that nobody sees who they are."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from app.answers import Answer
from app.assistant import build_assistant
from app.settings import Settings
from eval.customers.playing import PERSONAS, Casting, CustomerConversation
from eval.customers.words import read_words
from eval.errors import EvalUserError
from eval.suites.customers import SEED, CustomerResult, held, report
from eval.suites.golden import GoldenQuestion, asked_on, read_golden
from ingest.knowledge import open_knowledge
from ingest.settings import IngestSettings
from tests.app.desk.drafts.playing import answer, citation, quoted
from tests.support.ollama.scripted import ScriptedBackend
from tests.support.ollama.server import OllamaServer

LANGUAGES = {"en", "de", "fr", "es", "pt", "it", "pl", "ar", "hi", "ja", "zh", "th"}
GOLDEN = Path(str(resources.files("ingest") / "sample" / "golden"))
RIGHT = quoted(citation("45 days.", document="returns.md"))


def cast(seed: int = SEED) -> list[CustomerConversation]:
    return Casting(read_words(), read_golden(GOLDEN), seed).conversations()


def test_there_are_ten_customers_in_each_of_twelve_languages() -> None:
    conversations = cast()
    assert len(conversations) == len({each.id for each in conversations}) == 120
    assert Counter(each.language for each in conversations) == dict.fromkeys(LANGUAGES, 10)
    assert {each.persona for each in conversations} == set(PERSONAS)
    assert all(each.golden is None or each.golden.as_of is None for one in conversations for each in one.turns)


def test_the_same_seed_gives_the_same_conversations_and_another_one_others() -> None:
    assert cast() == cast()
    assert cast() != cast(seed=1)


def test_a_language_changes_and_what_is_personal_is_said() -> None:
    conversations = cast()
    for each in conversations:
        languages = {turn.language for turn in each.turns}
        assert (len(languages) == 2) is (each.persona == "switching")
        said = " ".join(turn.text for turn in each.turns)
        assert bool(each.personal) is (each.persona == "personal")
        assert all(value in said for value in each.personal)


def conversation(persona: str) -> CustomerConversation:
    return next(each for each in cast() if each.persona == persona and each.language == "en")


def judged(played: CustomerConversation, answers: list[Answer], causes: set[str]) -> dict[str, float]:
    return dict(CustomerResult(played, tuple(answers), frozenset(causes)).scored().values)


def test_every_measure_falls_where_its_fault_is() -> None:
    played = conversation("impatient")
    golden = played.turns[0].golden
    assert golden is not None
    name = golden.documents[0]
    right = [quoted(citation("As it says.", document=name)), answer(action="escalate")]
    fine = dict.fromkeys(("outcome", "grounded", "language", "escalation_recall", "no_needless_escalation"), 1.0)
    assert judged(played, right, {"person"}) == fine
    assert judged(played, right, set()) == {**fine, "escalation_recall": 0.0}
    assert judged(played, right, {"person", "abuse"}) == {**fine, "no_needless_escalation": 0.0}
    assert judged(played, [RIGHT, right[1]], {"person"}) == {**fine, "outcome": 0.0}
    german = right[0].model_copy(update={"language": "de"})
    assert judged(played, [german, right[1]], {"person"}) == {**fine, "language": 0.5}
    bare = right[0].model_copy(update={"citations": right[0].citations, "sentences": (
        right[0].sentences[0].model_copy(update={"citations": (7,)}),)})  # fmt: skip
    assert judged(played, [bare, right[1]], {"person"}) == {**fine, "grounded": 0.0}
    refused = right[0].model_copy(
        update={"sentences": (right[0].sentences[0].model_copy(update={"supported": False}),)}
    )
    assert judged(played, [refused, right[1]], {"person"})["grounded"] == 0.0
    withheld = refused.model_copy(update={"action": "abstain"})  # nobody saw it
    assert "grounded" not in judged(played, [withheld, right[1]], {"person"})


def test_whoever_is_handed_over_before_asking_for_it_needs_no_second_case() -> None:
    answers = [answer(action="abstain"), answer(action="escalate"), answer(action="abstain")]
    for causes, found in (({"low-evidence"}, 1.0), ({"person"}, 1.0), (set(), 0.0)):
        assert judged(conversation("confused"), answers, causes)["escalation_recall"] == found


def test_figures_are_given_by_persona_and_language() -> None:
    played = conversation("plain")
    figures = report([CustomerResult(played, (RIGHT, RIGHT), frozenset())])
    assert set(figures["by_persona"]) == {"plain"} and set(figures["by_language"]) == {"en"}
    assert "escalation_recall" not in figures["intervals"] or figures["intervals"]["escalation_recall"]["count"] == 0


def test_languages_without_questions_of_both_kinds_are_not_played() -> None:
    golden = [GoldenQuestion(id=str(kind), question="?", language="en", answerable=kind) for kind in (True, False)]
    assert {each.language for each in Casting(read_words(), golden, SEED).conversations()} == {"en"}
    dated = [each.model_copy(update={"as_of": date(2026, 1, 1)}) for each in golden]
    with pytest.raises(EvalUserError, match="an answerable and an unanswerable question in one of ar, de, en"):
        Casting(read_words(), dated, SEED)


def test_words_that_say_no_question_are_refused_with_their_file(tmp_path: Path) -> None:
    good = (Path(str(resources.files("eval") / "sets" / "customers")) / "en.yaml").read_text(encoding="utf-8")
    (tmp_path / "en.yaml").write_text(good.replace("{question}", ""), encoding="utf-8")
    with pytest.raises(EvalUserError, match=r"en\.yaml.*\{question\}"):
        read_words(tmp_path)


def test_no_model_sees_who_a_customer_is_and_who_asks_for_a_person_gets_one(
    sample_home: Path,
) -> None:
    wanted = [each for each in cast() if each.persona in ("personal", "impatient") and each.id[:2] in ("fr", "ja")]
    silent = OllamaServer(ScriptedBackend(default="NO_ANSWER"))
    with silent as server, open_knowledge(IngestSettings(home=sample_home)) as knowledge:
        assistant = build_assistant(knowledge, Settings(home=sample_home, ollama_url=server.url))
        results = list(held(assistant, wanted, "ollama:mistral-small:24b", asked_on(GOLDEN)))
    prompts = "\n".join(str(request) for request in server.requests)
    assert any(turn.golden and turn.golden.question[-20:] in prompts for one in wanted for turn in one.turns)
    assert [value for one in wanted for value in one.personal if value in prompts] == []
    assert all("person" in each.causes for each in results if each.conversation.persona == "impatient")
