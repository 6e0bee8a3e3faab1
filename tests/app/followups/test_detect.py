"""A question that stands alone stays as it is; one that leans on the conversation is noticed."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from app.answers import Turn
from app.followups import understand
from app.followups.detect import decide
from app.followups.reading import read
from tests.app.followups.conversations import Conversation, read_conversations, understood

EVERY = read_conversations("", "_later")
ALONE = [conversation for conversation in EVERY if conversation.kind == "alone"]
LEANING = [conversation for conversation in EVERY if conversation.kind != "alone"]
FOR_A_MODEL = {"L-27", "L-30", "L-32"}  # nothing in their words says that they lean on anything


def after(earlier: str, question: str, language: str) -> str | None:
    """The self-contained form of ``question`` behind ``earlier``, or None."""
    taken = understand(question, language, [Turn(role="user", text=earlier, language=language)])
    return taken.question if taken else None


@pytest.mark.parametrize("conversation", ALONE, ids=lambda conversation: conversation.id)
def test_a_question_that_stands_alone_stays_as_it_is(conversation: Conversation) -> None:
    assert understood(conversation) is None


@pytest.mark.parametrize("conversation", LEANING, ids=lambda conversation: conversation.id)
def test_a_follow_up_is_noticed(conversation: Conversation) -> None:
    assert (understood(conversation) is None) == (conversation.id in FOR_A_MODEL)


def test_the_conversations_are_in_fifteen_languages() -> None:
    languages = ["ar", "de", "en", "es", "fr", "hi", "it", "ja", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
    assert sorted({conversation.language for conversation in LEANING}) == languages
    assert sorted({conversation.language for conversation in ALONE}) == languages


def test_no_golden_question_is_taken_for_a_follow_up_of_another() -> None:
    lines = (resources.files("ingest") / "sample/golden/world.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [read(entry["question"], entry["language"]) for entry in map(json.loads, lines)]
    for before, question in zip(asked[-7:] + asked, asked, strict=False):
        assert decide(question, before).leaning not in ("follow-up", "carry"), question.text


def test_a_first_turn_has_nothing_to_lean_on() -> None:
    assert understand("And to Switzerland?", "en", []) is None


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Thanks a lot!"),
        ("en", "thanks mate"),
        ("de", "Super, vielen Dank!"),
        ("fr", "D'accord, merci"),
        ("es", "Vale, perfecto"),
        ("it", "Ok, grazie"),
        ("pt", "Muito obrigada!"),
        ("pl", "Dzień dobry"),
        ("nl", "Ja, graag"),
        ("tr", "Tamam, teşekkürler"),
        ("ru", "Понятно, спасибо"),
        ("ar", "شكرا جزيلا"),
        ("hi", "ठीक है, धन्यवाद"),
        ("ja", "ありがとうございます"),
        ("zh", "好的，谢谢"),
        ("th", "ขอบคุณมากครับ"),
    ],
)
def test_thanks_are_no_follow_up_nor_in_doubt(language: str, question: str) -> None:
    before = read("Was kostet der Versand nach Polen?", "de")
    assert decide(read(question, language), before).leaning == "alone"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Refund?"),
        ("de", "Rückgabefrist?"),
        ("de", "Geschenkkarte verloren"),
        ("fr", "Garantie ?"),
        ("es", "¿Devoluciones?"),
        ("pl", "Reklamacja"),
        ("ja", "返品は？"),
        ("zh", "退货政策"),
        ("ru", "Возврат"),
        ("en", "E-17?"),
        ("en", "Where is my order 12345?"),
        ("en", "Is it possible to pay by invoice?"),
        ("en", "If my mower stops, what does it mean?"),
        ("de", "Gibt es einen Rabatt für Studenten?"),
        ("fr", "Y a-t-il des frais de dossier ?"),
        ("ar", "هل هناك خصم للطلاب؟"),
        ("en", "There is a problem with my parcel"),
        ("de", "Was kostet das Paket?"),
        ("en", "And in German?"),
        ("es", "¿Y en inglés?"),
    ],
)
def test_what_is_short_but_says_what_it_is_about_stands_alone(language: str, question: str) -> None:
    assert after("Was kostet der Versand?", question, language) is None


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Does it work with Alexa?"),
        ("en", "Can I return it?"),
        ("en", "In that case, can I cancel the order?"),
        ("en", "Without a receipt?"),
        ("en", "Why?"),
        ("en", "Tell me more"),
        ("de", "Mit Karte?"),
        ("de", "Danke! Und ohne Beleg?"),
        ("de", "Geht das auch später?"),
        ("fr", "Et là-bas ?"),
        ("es", "¿Cuánto tarda?"),
        ("pl", "Czy można to zwrócić?"),
        ("ru", "А если без чека?"),
        ("ar", "وبدون إيصال؟"),
        ("ja", "領収書なしの場合は？"),
        ("zh", "没有收据呢？"),
        ("th", "ถ้าไม่มีใบเสร็จล่ะ"),
        ("hi", "और बिना रसीद के?"),
    ],
)
def test_what_points_back_or_says_nothing_alone_is_joined_to_what_was_asked(language: str, question: str) -> None:
    earlier = "Can I send back a lamp?"
    joined = after(earlier, question, language)
    assert joined is not None
    assert earlier in joined
    assert question in joined
    assert joined.index(earlier) < joined.index(question)
