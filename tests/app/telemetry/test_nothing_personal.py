"""Over conversations full of names, addresses and numbers, none of them reaches the collector or Prometheus.

``python -m tests.app.telemetry.test_nothing_personal HOME [NUMBER]`` asks NUMBER (200) of the knowledge base in HOME.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice, zip_longest
from pathlib import Path

import pytest

from app.assistant import Assistant, build_assistant
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.settings import Settings
from app.telemetry.opening import SentTelemetry
from eval.json_lines import read_data
from eval.suites.pii import PersonalText
from ingest.knowledge import Knowledge, open_knowledge
from tests.app.personal_grep import OWN, SHARED, converse, leaks
from tests.support.collector import Received, collector
from tests.support.ollama import OllamaServer, ScriptedBackend, echo
from tests.support.ollama.asking import MODEL

_FEW, _MANY = 6, 200
ASKED = "How many days do I have to send an article back?"


def personal_texts(number: int) -> list[PersonalText]:
    """The shared data where it is there, else our own sets in turn, from the first again where they end."""
    files = [SHARED] if SHARED.exists() else sorted(OWN.glob("*.jsonl"))
    rows = zip_longest(*([text for text in read_data(file, PersonalText) if text.spans] for file in files))
    return list(islice(cycle([text for row in rows for text in row if text is not None]), number))


def told(knowledge: Knowledge, home: Path, texts: Sequence[PersonalText]) -> tuple[Received, set[str]]:
    """What a collector and Prometheus get of conversations about these texts, and the personal values in them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        OllamaServer(ScriptedBackend(default=echo)) as server,
        collector() as received,
        pytest.MonkeyPatch.context() as patch,
    ):
        telemetry = SentTelemetry(received.url, scraped=True)
        patch.setattr("app.assistant.open_telemetry", lambda _settings: telemetry)
        assistant: Assistant = build_assistant(knowledge, Settings(home=home, ollama_url=server.url, model=MODEL))
        conversations = ConversationStore(default_url(Path(folder)))
        values = converse(assistant, conversations, texts, ASKED)
        conversations.close()
        if figures := telemetry.figures(""):
            received.raw.append(figures[0])
        telemetry.close()
        return received, values


def found_in(received: Received, values: set[str]) -> list[tuple[str, str]]:
    """The personal values, and words of the questions, that stand in what was sent."""
    wire = b"\n".join(received.raw).decode("utf-8", "replace")
    return list(leaks(values | {ASKED, "send an article back"}, {"wire": wire}))


def test_no_personal_value_and_no_word_of_a_question_is_sent(small_knowledge: Knowledge, small_home: Path) -> None:
    received, values = told(small_knowledge, small_home, personal_texts(_FEW))
    assert len(received.named("question")) == _FEW
    assert values
    assert received.named("chat")
    assert received.points
    assert any(b"polydesk_questions_total" in each for each in received.raw)
    assert found_in(received, values) == []


def main() -> None:
    home, number = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else _MANY
    with open_knowledge(Settings(home=home)) as knowledge:
        received, values = told(knowledge, home, personal_texts(number))
    found = found_in(received, values)
    traces = len(received.named("question"))
    print(f"{traces} traces, {len(received.spans)} spans, {len(values)} personal values: {found or 'no leak'}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
