"""The topics of the policy are recognised in every language, and ordinary questions are left alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from guardrails.cues import Cues
from guardrails.errors import GuardError, PolicyError
from guardrails.guards import AskedText, Embed
from guardrails.policy import POLICY_PATH, load_policy
from guardrails.support import Vectors
from guardrails.topics.guard import TopicsGuard
from guardrails.topics.policy import Topic, TopicsPolicy
from ingest.embedding.centring import CentredEmbedder

FOR_A_PERSON = {
    "en": "I want to talk to a human",
    "de": "ich möchte mit einem Menschen sprechen",
    "fr": "Je voudrais parler à un conseiller",
    "es": "Quisiera hablar con un agente",
    "pt": "Quero falar com um atendente",
    "it": "Vorrei parlare con un operatore",
    "pl": "Chcę porozmawiać z konsultantem",
    "ar": "أريد التحدث مع موظف",
    "hi": "मुझे किसी इंसान से बात करनी है",
    "ja": "オペレーターに代わって",
    "zh": "转人工客服",
    "th": "ขอคุยกับเจ้าหน้าที่",
    "nl": "Ik wil graag een medewerker spreken",
    "ru": "Хочу поговорить с оператором",
    "tr": "Bir müşteri temsilcisiyle görüşmek istiyorum",
}
OF_PERSONS = [
    "Can a person under 18 order?",
    "Do I talk to the robot vacuum through the app?",
    "How many people can speak in the conference call at once?",
    "The agent in the shop said 21 days, is that right?",
    "Kann eine Person unter 18 bestellen?",
    "Der Mitarbeiter im Laden sprach von 21 Tagen, stimmt das?",
    "Une personne de moins de 18 ans peut-elle commander ?",
    "¿Puede una persona recoger el pedido por mí?",
    "Outra pessoa pode levantar a encomenda?",
    "Una persona può ritirare il pacco per me?",
    "Czy inna osoba może odebrać paczkę?",
    "هل يمكن لشخص آخر استلام الطرد؟",
    "क्या 18 साल से कम उम्र का व्यक्ति ऑर्डर कर सकता है?",
    "店員に21日と言われましたが本当ですか。",
    "别人可以代我取包裹吗？",
    "พนักงานที่ร้านบอก 21 วัน จริงไหม",
    "Kan iemand anders het pakket ophalen?",
    "Может ли другой человек забрать посылку?",
    "Başka bir insan paketi alabilir mi?",
]


EXAMPLES = {
    text for topic in load_policy().topics.named.values() for texts in topic.examples.values() for text in texts
}


def nothing_near(texts: Sequence[str], _language: str) -> Vectors:
    """Vectors that tell the policy's examples from everything else, which is ordinary."""
    return np.array([[0.0, 1.0] if text in EXAMPLES else [1.0, 0.0] for text in texts])


@pytest.fixture(scope="module")
def policy() -> TopicsPolicy:
    return load_policy().topics


@pytest.fixture(scope="module")
def cued(policy: TopicsPolicy) -> TopicsGuard:
    """A guard that has its cues alone to go by."""
    return TopicsGuard(policy)


def codes(guard: TopicsGuard, text: str, language: str, embed: Embed = nothing_near) -> list[str]:
    return [verdict.code for verdict in guard.check(AskedText(text, language, embed))]


@pytest.mark.parametrize("language", FOR_A_PERSON)
def test_who_asks_for_a_person_is_understood_in_every_language(cued: TopicsGuard, language: str) -> None:
    assert "topic:person" in codes(cued, FOR_A_PERSON[language], language)
    assert "topic:person" in codes(cued, FOR_A_PERSON[language].upper() + "!", "en")


@pytest.mark.parametrize("text", OF_PERSONS)
def test_a_question_about_persons_asks_for_none(cued: TopicsGuard, text: str) -> None:
    assert "topic:person" not in codes(cued, text, "en")


def test_what_a_verdict_names_has_its_way_on_in_the_policy(cued: TopicsGuard) -> None:
    (verdict,) = cued.check(AskedText("I will sue you!", "en", nothing_near))
    assert (verdict.guard, verdict.code, verdict.passed, verdict.score) == ("topics", "topic:legal", False, 1.0)
    assert "i will sue" in verdict.reason
    topic = cued.topic(verdict.code)
    assert topic is not None and topic.way == "escalate"
    assert cued.topic("injection") is None


def bag(texts: Sequence[str], _language: str) -> Vectors:
    """Vectors of the letters: enough to tell a text from another."""
    return np.array([[text.lower().count(letter) / 10 for letter in "abcdefghijklmnop"] for text in texts])


def topics(threshold: float, sentence_threshold: float = 0.0) -> TopicsPolicy:
    return TopicsPolicy(
        enabled=True,
        sentence_threshold=sentence_threshold,
        ordinary={"en": ("aaaa aaaa", "bbbb bbbb", "abab")},
        named={"recall": Topic(way="refuse", threshold=threshold, examples={"en": ("oooo oooo", "pppp", "oppo")})},
    )


def test_an_own_topic_is_found_by_its_examples_from_its_threshold() -> None:
    assert codes(TopicsGuard(topics(0.6)), "opop opop", "en", bag) == ["topic:recall"]
    assert codes(TopicsGuard(topics(1.0)), "opop opop", "en", bag) == []
    assert codes(TopicsGuard(topics(0.6)), "abba abba", "en", bag) == []


def test_one_sentence_of_a_letter_is_enough_when_it_is_near_enough() -> None:
    letter = "Aaaa bbbb aaaa bbbb. Bbaa aabb bbaa. Opop opop."
    assert codes(TopicsGuard(topics(0.6, sentence_threshold=0.6)), letter, "en", bag) == ["topic:recall"]
    assert codes(TopicsGuard(topics(0.6, sentence_threshold=1.0)), letter, "en", bag) == []


def test_a_guard_that_is_off_finds_nothing(policy: TopicsPolicy) -> None:
    off = TopicsGuard(policy.model_copy(update={"enabled": False}))
    assert codes(off, FOR_A_PERSON["en"], "en") == []


def test_the_examples_are_embedded_once() -> None:
    asked: list[int] = []

    def counting(texts: Sequence[str], language: str) -> Vectors:
        asked.append(len(texts))
        return bag(texts, language)

    guard = TopicsGuard(topics(0.6))
    guard.prepare(counting)
    before = len(asked)
    codes(guard, "abba", "en", counting)
    codes(guard, "opop", "en", counting)
    assert asked[before:] == [1, 1]


def test_vectors_that_cannot_be_used_are_an_error_and_no_pass() -> None:
    guard = TopicsGuard(topics(0.6))
    guard.prepare(bag)
    with pytest.raises(GuardError):
        codes(guard, "abba", "en", lambda texts, _: np.full((len(texts), 16), np.nan))
    with pytest.raises(GuardError):
        codes(guard, "abba", "en", nothing_near)  # of another model, as its length tells


def test_the_shipped_examples_reach_across_languages(policy: TopicsPolicy, embedder: CentredEmbedder) -> None:
    few = {name: topic for name, topic in policy.named.items() if name in ("medical", "fraud")}
    ordinary = {language: policy.ordinary[language] for language in ("en",)}
    guard = TopicsGuard(policy.model_copy(update={"named": few, "ordinary": ordinary}))

    def embed(texts: Sequence[str], language: str) -> Vectors:
        return embedder.embed(texts, [language] * len(texts), "query")

    # Swedish and Korean have no examples.
    assert codes(guard, "Min son har druckit rengöringsmedel och kräks.", "sv", embed)[0] == "topic:medical"
    assert codes(guard, "사기꾼이 귀사를 사칭해서 카드 정보를 요구했어요.", "ko", embed)[0] == "topic:fraud"
    assert codes(guard, "Hur länge gäller garantin på batteriet?", "sv", embed) == []


def test_a_pattern_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "cues.yaml"
    path.write_text('person:\n  en:\n    - "fine"\n    - "(open"\n', encoding="utf-8")
    with pytest.raises(PolicyError, match="no pattern") as caught:
        Cues.checked(path)
    assert caught.value.line == 4


def test_cues_are_found_with_and_without_accents_and_with_words_between() -> None:
    cues = Cues({"x": {"fr": ["être … là"], "ja": ["返金…します"], "de": ["straße"]}})
    assert cues.found("Il peut ETRE bien vite la.") == {"x": "etre bien vite la"}
    assert cues.has("x", "返金を必ずします")
    assert cues.has("x", "Hauptstrasse, STRASSE")
    assert not cues.has("x", "être a b c d e là") and not cues.has("x", "Hauptstrasse")


GUARDRAILS = POLICY_PATH.parent
CUE_FILES = [
    GUARDRAILS / name
    for name in ("topics/cues.yaml", "leaks/cues.yaml", "commitments/kinds.yaml", "commitments/forms.yaml")
]


@pytest.mark.parametrize("file", CUE_FILES)
def test_every_pattern_that_comes_along_can_be_read(file: Path) -> None:
    Cues.checked(file)
