"""Customers played by a model: its words where they keep to the part, the rule's where not, and those never scored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

import pytest

from app.models.choosing import named_model
from app.settings import Settings
from eval.customers.player import ModelPlayer, Played, RulePlayer, Said, direction
from eval.customers.playing import PERSONAS, Casting, CustomerConversation, CustomerTurn
from eval.customers.words import read_words
from eval.suites.customers import SEED, CustomerResult, report
from eval.suites.golden import GoldenQuestion, read_golden
from ingest.embedding.centring import CentredEmbedder
from tests.app.desk.drafts.playing import answer, citation, quoted
from tests.eval.runs.homes import home_over
from tests.support.command import Command
from tests.support.ollama import Fault, OllamaServer, ScriptedBackend
from tests.support.ollama.backend import GenerationRequest
from tests.support.ollama.scripted import Script

GOLDEN = Path(str(resources.files("ingest") / "sample" / "golden"))
PLAYER, ASKED = "llama3.1:8b", "mistral-small:24b"
SOFA = "How long do I have to send back a sofa that cost more than 200 euros?"
REPHRASED = "What is the time limit for returning a sofa of over 200 euros? I am fed up."
TOLD = "You have 45 days to return a sofa that cost more than 200 euros."


def part(
    question: str = SOFA, language: str = "en", persona: str = "impatient", **more: object
) -> CustomerConversation:
    golden = GoldenQuestion(id="q", question=question, language=language, answerable=True, documents=("returns.md",))
    frame = f"Be quick please. {question}"
    turns = (CustomerTurn(frame, language, golden),)
    values = {"id": "en-1", "persona": persona, "language": language, "turns": turns, **more}
    return CustomerConversation(**values)  # type: ignore[arg-type]  # the fields by name


@pytest.fixture
def server() -> Iterator[OllamaServer[ScriptedBackend]]:
    with OllamaServer(ScriptedBackend(), (PLAYER, ASKED)) as running:
        yield running


def played(
    server: OllamaServer[ScriptedBackend],
    embedder: CentredEmbedder,
    script: Script,
    conversation: CustomerConversation | None = None,
    so_far: Sequence[Said] = (),
) -> Played:
    """What the customer says when the model writes this."""
    server.backend.enqueue(script)
    player = ModelPlayer(named_model(Settings(ollama_url=server.url), f"ollama:{PLAYER}"), embedder)
    one = conversation or part()
    return player.play(one, one.turns[0], so_far)


@pytest.mark.parametrize("written", [REPHRASED, f'Customer: "{REPHRASED}"', f"\n{REPHRASED}\n"])
def test_a_model_says_it_in_its_own_words(
    server: OllamaServer[ScriptedBackend], embedder: CentredEmbedder, written: str
) -> None:
    assert played(server, embedder, written) == Played(REPHRASED)
    body = server.requests[0]
    system, user = (message["content"] for message in body["messages"])
    assert direction().personas["impatient"] in system and "English" in system
    assert SOFA in user and direction().nothing_so_far in user
    assert body["options"]["num_predict"] == direction().limits.tokens


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        ("", "empty"),
        ("PASS", "gave-up"),
        ("word " * 400, "too-long"),
        (f"{REPHRASED} " * 9, "too-long"),
        ("Returns are free within 200 euros [1]. Is that all?", "as-assistant"),
        ("Assistant: What is the time limit for returning a sofa over 200 euros?", "as-assistant"),
        (TOLD.replace("45 days ", ""), "as-assistant"),
        (TOLD, "lost-figures"),
        ("What is the time limit for returning a sofa?", "lost-figures"),
        ("Wie lange kann ich ein Sofa für mehr als 200 Euro noch zurückgeben?", "wrong-language"),
        ("Do you sell coffee machines for 200 euros or is it only beans and mugs?", "off-goal"),
        (Fault.http(500, "broken"), "model-failed"),
        (Fault.out_of_memory(), "model-out-of-memory"),
    ],
)
def test_a_model_that_does_not_play_leaves_the_turn_to_the_rule(
    server: OllamaServer[ScriptedBackend], embedder: CentredEmbedder, written: Script, missing: str
) -> None:
    assert played(server, embedder, written) == Played(part().turns[0].text, missing)


def test_an_answer_said_over_again_is_no_question_of_a_customer(
    server: OllamaServer[ScriptedBackend], embedder: CentredEmbedder
) -> None:
    told = "Sofas of more than 200 euros are collected by two people, does the lift work?"
    found = played(server, embedder, told, so_far=[Said(True, "Hello"), Said(False, told.replace("?", "."))])
    assert found.missing == "as-assistant"
    assert "Assistant: Sofas of more" in server.requests[0]["messages"][1]["content"]


def test_who_says_who_they_are_says_it_in_any_words(
    server: OllamaServer[ScriptedBackend], embedder: CentredEmbedder
) -> None:
    values = ("Margaret Hollis", "m.hollis@example.com")
    golden = part().turns[0].golden
    turn = CustomerTurn(f"I am Margaret Hollis, m.hollis@example.com. {SOFA}", "en", golden)
    personal = part(persona="personal", personal=values, turns=(turn,))
    kept = f"Margaret Hollis here (m.hollis@example.com). {REPHRASED}"
    assert played(server, embedder, kept, personal) == Played(kept)
    lost = f"This is Margaret Hollis. {REPHRASED}"
    assert played(server, embedder, lost, personal).missing == "lost-personal-data"


REPHRASINGS = {
    "de": ("Wie lange kann ich ein Sofa zurückgeben?", "Bis wann muss ich das Sofa spätestens zurückschicken?"),
    "fr": (
        "Combien coûte la livraison en Suisse ?",
        "Quels sont les frais de livraison pour la Suisse, c'est combien ?",
    ),
    "es": ("¿Cuánto cuesta el envío a Suiza?", "Dígame, ¿qué gastos de envío tiene un pedido a Suiza?"),
    "ja": ("返品は何日以内ですか。", "いつまでに返品すればいいですか。"),
    "ar": ("كم تكلفة الشحن إلى ألمانيا؟", "أريد أن أعرف رسوم الشحن إلى ألمانيا، كم هي؟"),
    "th": ("ค่าจัดส่งไปเยอรมนีเท่าไร", "อยากทราบว่าส่งของไปเยอรมนีต้องจ่ายเท่าไรคะ"),
}


@pytest.mark.parametrize("language", REPHRASINGS)
def test_other_words_are_taken_in_every_language(
    server: OllamaServer[ScriptedBackend], embedder: CentredEmbedder, language: str
) -> None:
    goal, said = REPHRASINGS[language]
    assert played(server, embedder, said, part(goal, language)) == Played(said)


def test_every_part_passes_its_own_tests_word_for_word(
    server: OllamaServer[ScriptedBackend], embedder: CentredEmbedder
) -> None:
    """What a rule says in twelve languages is a way to say it: a model that repeats it has played."""
    conversations = Casting(read_words(), read_golden(GOLDEN), SEED).conversations()
    chosen = [each for each in conversations if each.id.endswith("-1")][::7]
    assert {each.persona for each in chosen} <= set(PERSONAS)
    player = ModelPlayer(named_model(Settings(ollama_url=server.url), f"ollama:{PLAYER}"), embedder)
    for each in chosen:
        for turn in each.turns:
            server.backend.enqueue(turn.text)
            assert player.play(each, turn, []) == Played(turn.text), (each.id, turn.text)


def test_a_turn_that_was_not_played_is_counted_and_never_scored() -> None:
    golden = part().turns[0].golden
    two = part(
        turns=(CustomerTurn(SOFA, "en", golden), CustomerTurn("A person, now.", "en", causes=frozenset({"person"})))
    )
    wrong = quoted(citation("5 days.", document="other.md"))
    answers = (wrong, answer(action="escalate"))
    whole = CustomerResult(two, answers, frozenset({"person"}), (Played("a"), Played("b")))
    assert whole.scored().values["outcome"] == 0.0
    left = CustomerResult(two, answers, frozenset({"person"}), (Played(SOFA, "empty"), Played("b")))
    assert set(left.scored().values) == {"language", "escalation_recall"}
    nothing = CustomerResult(two, answers, frozenset(), (Played(SOFA, "empty"), Played("b", "too-long")))
    assert nothing.scored().values == {}
    told = report([whole, left, nothing], "ollama:x", seed=3)
    assert (told["turns"], told["missing"], told["played_by"], told["seed"]) == (
        6,
        {"empty": 2, "too-long": 1},
        "ollama:x",
        3,
    )
    assert told["intervals"]["outcome"]["count"] == 1 and told["outcome"] == 0.0


def test_the_rule_says_what_stands_in_the_part() -> None:
    one = part()
    assert RulePlayer().play(one, one.turns[0], []) == Played(one.turns[0].text)


@pytest.mark.slow
def test_the_command_lets_a_model_play(
    sample_home: Path, tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(home_over(sample_home, tmp_path / "home")))

    def plays(request: GenerationRequest) -> str:
        """The part word for word, but nothing for whoever is angry."""
        angry = direction().personas["hostile"] in request.system_text
        return "PASS" if angry else request.user_text.partition("would:\n")[2]

    with OllamaServer(ScriptedBackend(default=plays), (PLAYER,)) as server:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", server.url)
        command = ("eval", "customers", "--played-by", PLAYER, "--size", 8, "--json", "--failures")
        status, out, err = polydesk(*command)
        assert status == 0, err
        told = json.loads(out)
        asked = len(server.requests)
    assert (told["conversations"], told["played_by"]) == (8, PLAYER)
    assert told["turns"] == asked
    assert set(told["missing"]) <= {"gave-up"}
    status, _, err = polydesk("eval", "customers", "--played-by", "quoting")
    assert status == 2 and "--played-by quoting: name a language model" in err
