"""Personal data reaches no model, no log and no table but the vault, and the reader sees it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answers import Finished, SentenceReady
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.log_filter import PersonalFilter
from eval.json_lines import read_data
from eval.suites.pii import PersonalText
from guardrails.running import FAILED
from tests.app.conftest import RETURNS, AssistantMaker, events_of
from tests.app.personal_grep import OWN, converse, leaks, outside_the_vault
from tests.app.scripting import says
from tests.support.ollama import echo
from tests.support.ollama.asking import MODEL, Scripted

CUSTOMER = "My name is Berta Zörbik, b.zoerbik@example.org, +44 20 7946 0958."


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a filtered handler of the root logger writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(PersonalFilter())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_nothing_personal_leaves(
    small_assistant: AssistantMaker, ollama_scripted: Scripted, tmp_path: Path, log: io.StringIO
) -> None:
    texts = [text for stem in ("en", "de", "ja") for text in read_data(OWN / f"{stem}.jsonl", PersonalText)[:3]]
    ollama_scripted.backend.enqueue(*[echo] * len(texts))
    conversations = ConversationStore(default_url(tmp_path))
    assistant = small_assistant(ollama_url=ollama_scripted.url, model=MODEL)
    values = converse(assistant, conversations, texts, RETURNS)
    conversations.close()
    sent = json.dumps(ollama_scripted.requests, ensure_ascii=False, default=str)
    assert len(values) >= 8
    assert _failures(tmp_path) == []  # what a guard could not check is not sent, and proves nothing
    assert sent.count("<PERSON_1>") >= 3
    assert "<PERSON_1>" in log.getvalue()
    places = {"sent": sent, "log": log.getvalue(), "database": outside_the_vault(tmp_path)}
    assert list(leaks(values, places)) == []


def _failures(home: Path) -> list[str]:
    return re.findall(rf'"{FAILED}".{{,300}}', outside_the_vault(home))


def test_the_reader_sees_the_values(small_assistant: AssistantMaker, ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(
        says("Dear &lt;person_1&gt;, an article can be sent back within 45 days of delivery [{45 days}].")
    )
    assistant = small_assistant(ollama_url=ollama_scripted.url, model=MODEL)
    events = events_of(assistant, f"{RETURNS} {CUSTOMER}")
    shown = [event.sentence.text for event in events if isinstance(event, SentenceReady)]
    last = events[-1]
    assert isinstance(last, Finished)
    written = [sentence.text for sentence in last.answer.sentences]
    assert any("Berta Zörbik" in text for text in [*shown, *written])
    assert "Zörbik" not in json.dumps(ollama_scripted.requests, ensure_ascii=False, default=str)


def test_a_conversation_is_whole_again_when_it_is_read(tmp_path: Path) -> None:
    store = ConversationStore(default_url(tmp_path))
    conversation = store.create().id
    message = store.start_answer(conversation, CUSTOMER)
    store.finish_answer(message, "failed", error="no answer for Berta Zörbik")
    store.rate(message, "down", comment="Berta Zörbik waits")
    assert store.get(conversation).title.startswith("My name is Berta Zörbik")
    asked, answer = store.messages(conversation)
    assert asked.text == CUSTOMER
    assert answer.error == "no answer for Berta Zörbik"
    assert answer.rating and answer.rating.comment == "Berta Zörbik waits"
    assert "Zörbik" not in outside_the_vault(tmp_path)
    assert "<PERSON_1>" in outside_the_vault(tmp_path)
    store.close()


def test_two_handlers_write_the_same(log: io.StringIO) -> None:
    other = io.StringIO()
    handler = logging.StreamHandler(other)
    handler.addFilter(PersonalFilter())
    logging.getLogger().addHandler(handler)
    logging.getLogger("app").error("no answer for %s", "b.zoerbik@example.org")
    logging.getLogger().removeHandler(handler)
    assert log.getvalue() == other.getvalue() == "no answer for <EMAIL_1>\n"


def test_a_trace_in_the_log_is_masked(log: io.StringIO) -> None:
    try:
        raise ValueError(f"cannot parse: {CUSTOMER}")
    except ValueError:
        logging.getLogger("app").exception("failed for %s", "b.zoerbik@example.org")
    written = log.getvalue()
    assert "ValueError" in written
    assert "Traceback" in written
    assert "zoerbik" not in written
    assert "7946" not in written
