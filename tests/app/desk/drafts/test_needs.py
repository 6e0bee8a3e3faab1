"""What of a ticket waits for an answer, and which of its sentences ask."""

from __future__ import annotations

import pytest

from app.desk.drafts.needs import asking, customer_name, earlier_turns, sentences_of, ticket_language, waiting_messages
from ingest.sources.tickets import Message, Ticket


def thread(*messages: Message) -> Ticket:
    return Ticket(id="T-1", customer_id="C-1", messages=messages)


def test_what_came_after_the_last_answer_waits() -> None:
    found = thread(
        Message(text="Where is it?"),
        Message(author="agent", text="On its way."),
        Message(text="It is not here."),
        Message(author="agent", text="He is angry.", internal=True),
        Message(author="participant", text="I am his wife."),
        Message(text=" -- "),
    )
    assert [message.text for message in waiting_messages(found)] == ["It is not here.", "I am his wife."]
    assert [(turn.role, turn.text) for turn in earlier_turns(found, "en")] == [
        ("user", "Where is it?"),
        ("assistant", "On its way."),
        ("user", "--"),
    ]


def test_nothing_waits_behind_the_last_word_of_an_agent() -> None:
    assert waiting_messages(thread(Message(text="Hi"), Message(author="agent", text="Hello"))) == ()


@pytest.mark.parametrize(
    ("language", "text", "asks"),
    [
        ("en", "Hi. The drill broke when I used it. Is that covered? I paid €5.", ["Is that covered?"]),
        ("es", "Buenos días. ¿Lo cubre la garantía? Gracias.", ["¿Lo cubre la garantía?"]),
        ("ar", "مرحبا. طلبت جهازًا. هل ضاعت الشحنة؟", ["هل ضاعت الشحنة؟"]),
        ("ja", "注文しました。届け先を変えられますか。よろしくお願いします。", ["届け先を変えられますか。"]),
        ("zh", "昨天下的订单。可以改地址吗？谢谢。", ["可以改地址吗？"]),
        ("hi", "ऑर्डर नहीं आया। यह कब आएगा?", ["यह कब आएगा?"]),
        ("el", "Καλημέρα. Πότε θα έρθει;", ["Πότε θα έρθει;"]),
        ("hy", "Ե՞րբ կգա։", ["Ե՞րբ կգա։"]),
        ("de", "Es tropft. Wann kommt jemand", ["Wann kommt jemand"]),
    ],
)
def test_what_asks_is_found_in_any_writing(language: str, text: str, asks: list[str]) -> None:
    sentences = sentences_of(text)
    assert [sentences[at] for at in asking(sentences, language)] == asks


def test_thai_asks_without_a_mark() -> None:
    sentences = ["สั่งชุด Tinde ผิดขนาดค่ะ", "เปลี่ยนเป็นชุดใหญ่ได้ไหมคะ", "ขอบคุณครับ"]
    assert asking(sentences, "th") == [1]


def test_a_word_that_may_ask_counts_only_where_nobody_set_a_mark() -> None:
    sentences = ["I do not know where it is.", "Can you look?"]
    assert asking(sentences, "en") == [1]
    assert asking(["Where is my parcel"], "en") == [0]


def test_the_language_is_the_noted_one_or_that_of_the_customers_words() -> None:
    assert ticket_language(Ticket(id="1", customer_id="1", language="pt-BR")) == "pt"
    german = Message(text="Ich habe das Gerät gestern bestellt und es ist nicht da.")
    words = thread(german, Message(author="agent", text="The parcel is on its way to you."))
    assert ticket_language(words) == "de"
    assert ticket_language(thread(Message(text="12345"))) == "en"


@pytest.mark.parametrize(("name", "known"), [("Ana Lima", "Ana Lima"), ("4711", ""), ("ana@example.com", ""), ("", "")])
def test_a_customer_is_greeted_by_a_name_and_never_by_an_id(name: str, known: str) -> None:
    assert customer_name(thread(Message(name=name, text="Hi"), Message(author="agent", name="Bob", text="Hi"))) == known
