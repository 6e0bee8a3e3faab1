"""The guards that the policy turns on: each of them, made to raise, to hang and to be missing, lets nothing pass."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from app import guarding
from app.guarding import Guards, build_gate
from app.retrieval.asked import Asked
from guardrails.gate import Gate
from guardrails.guards import AskedText, DraftSentence
from guardrails.policy import POLICY_PATH, Policy, load_policy
from guardrails.policy_file import PolicyFile
from ingest.embedding.base import Encoded
from ingest.embedding.centring import CentredEmbedder
from tests.app.passages import passage as found
from tests.guardrails.support_gate import Passage

PASSAGES = [Passage(1, "An article can be returned within 30 days of delivery.\nThe label costs 4.90 €.")]
QUESTION = "How long may I send it back?"
ANSWER = "You can return an article within 30 days of delivery."
SECTIONS = ("injection", "topics", "answer_language", "leaks", "personal", "commitments")
CLASSES = {
    "questions": ("InjectionQuestionGuard", "TopicsGuard"),
    "passages": ("InjectionPassageGuard",),
    "sentences": ("AnswerLanguageGuard", "LeaksGuard", "OtherPeople", "CommitmentsGuard"),
}
EVERY = [(kind, name) for kind, names in CLASSES.items() for name in names]


@pytest.fixture(scope="module")
def gate(embedder: CentredEmbedder, models_folder: Path) -> Gate:
    return build_gate(load_policy(), lambda: embedder, models_folder)


@pytest.fixture(scope="module")
def texts(embedder: CentredEmbedder) -> tuple[AskedText, DraftSentence]:
    def embed(texts: Any, language: str) -> Any:
        return embedder.embed(texts, [language] * len(texts), "query")

    for passage in PASSAGES:
        passage.unit_vectors = embed(passage.units, passage.language)
    draft = DraftSentence(ANSWER, f"{ANSWER} [1]", "en", PASSAGES, PASSAGES, QUESTION, embed)
    return AskedText(QUESTION, "en", embed), draft


def objections(gate: Gate, texts: tuple[AskedText, DraftSentence]) -> dict[str, list[str]]:
    """The codes of what stands against the question, the passages and the sentence, by what they stand against."""
    asked, draft = texts
    ran = {
        "questions": gate.check_question(asked),
        "passages": gate.check_passages(PASSAGES)[1],
        "sentences": gate.check_sentence(draft),
    }
    return {kind: [said.code for one in each for said in one.objections] for kind, each in ran.items()}


def test_every_guard_is_there_and_an_ordinary_question_passes_all_of_them(
    gate: Gate, texts: tuple[AskedText, DraftSentence]
) -> None:
    for kind, names in CLASSES.items():
        assert tuple(type(guard).__name__ for guard in getattr(gate, kind)) == names
    assert objections(gate, texts) == {"questions": [], "passages": [], "sentences": []}


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_a_guard_that_raises_lets_nothing_pass(
    gate: Gate, texts: tuple[AskedText, DraftSentence], kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(getattr(guarding, name), "quarantined" if kind == "passages" else "check", fail)
    assert objections(gate, texts)[kind] == ["guard-failed"]


@pytest.fixture
def hang() -> Iterator[Callable[..., None]]:
    released = threading.Event()

    def wait(*_: object) -> None:
        released.wait(30)

    yield wait
    released.set()


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_a_guard_that_hangs_lets_nothing_pass(
    gate: Gate,
    texts: tuple[AskedText, DraftSentence],
    kind: str,
    name: str,
    hang: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(getattr(guarding, name), "quarantined" if kind == "passages" else "check", hang)
    # Only the guard in question is in a hurry: another one may be slow on a busy machine.
    (guard,) = (each for each in getattr(gate, kind) if type(each).__name__ == name)
    hurried = replace(gate, **{kind: [guard]}, seconds=0.05)
    assert objections(hurried, texts)[kind] == ["guard-failed"]


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_a_guard_that_cannot_be_had_lets_nothing_pass(
    texts: tuple[AskedText, DraftSentence],
    embedder: CentredEmbedder,
    models_folder: Path,
    kind: str,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(*_: object) -> None:
        raise FileNotFoundError("its lexicon is gone")

    monkeypatch.setattr(guarding, name, missing)
    built = build_gate(load_policy(), lambda: embedder, models_folder)
    assert objections(built, texts)[kind] == ["guard-failed"]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_guard_that_is_turned_off_is_not_asked(section: str, embedder: CentredEmbedder, models_folder: Path) -> None:
    policy = load_policy()
    off = getattr(policy, section).model_copy(update={"enabled": False})
    whole = build_gate(policy, lambda: embedder, models_folder)
    less = build_gate(policy.model_copy(update={section: off}), lambda: embedder, models_folder)
    removed = 2 if section == "injection" else 1
    assert sum(map(len, (less.questions, less.passages, less.sentences))) == len(EVERY) - removed
    assert sum(map(len, (whole.questions, whole.passages, whole.sentences))) == len(EVERY)


def test_the_gate_is_built_anew_when_the_policy_changes(tmp_path: Path, embedder: CentredEmbedder) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY_PATH.read_text(encoding="utf-8"), encoding="utf-8")
    built: list[Policy] = []

    def build(policy: Policy) -> Gate:
        built.append(policy)
        return Gate(seconds=policy.guards.seconds)

    guards = Guards(PolicyFile(path), build, lambda: embedder)
    assert guards.current()[1].seconds == 15
    assert guards.current() and len(built) == 1
    path.write_text(path.read_text(encoding="utf-8").replace("  seconds: 15 ", "  seconds: 12.5 "), encoding="utf-8")
    policy, gate = guards.current()
    assert (gate.seconds, policy.guards.seconds, len(built)) == (12.5, 12.5, 2)


def test_guards_see_vectors_of_the_model_they_were_fitted_on(embedder: CentredEmbedder) -> None:
    guards = Guards(PolicyFile(), lambda policy: Gate(), lambda: embedder)
    own = replace(found(["The label costs 4.90 €."], 1), embedder=embedder)
    another = cast("CentredEmbedder", SimpleNamespace(embedder=SimpleNamespace(name="another")))
    other = replace(own, embedder=another)
    first, second = guards.seen([own, other])
    assert first is own
    assert (second.number, list(second.units)) == (1, list(own.units))
    assert (second.unit_vectors == own.unit_vectors).all()
    assert second.stored_vectors is None


class Counting:
    """A model that keeps what it was asked for."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: list[str], languages: list[str], kind: str) -> Encoded:
        self.seen += texts
        ones = np.ones((len(texts), 2), dtype=np.float32)
        return Encoded(ones, [np.ones((3, 2), dtype=np.float32) for _ in texts], [])


def test_a_text_is_embedded_once_for_all_guards_and_for_the_search() -> None:
    model = Counting()
    embed = guarding.embed_questions(lambda: cast("CentredEmbedder", model))
    embed(["a", "b"], "en")
    assert embed(["b", "a", "c"], "en").shape == (3, 2)
    Asked.of("a", "en", cast("CentredEmbedder", model))
    assert model.seen == ["a", "b", "c"]
    embed(["a"], "de")
    assert model.seen == ["a", "b", "c", "a"], "another language's mean is taken away"
