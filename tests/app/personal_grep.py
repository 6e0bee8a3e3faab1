"""Ask many questions with personal data in them, then look for it where it must not be.

``python -m tests.app.personal_grep HOME [NUMBER]`` asks NUMBER (500) conversations of the shared data, or of the own
sets where that is not there, of the knowledge base in HOME, with a scripted Ollama server in place of a model.
"""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import create_engine, inspect, text

from app.answers import Question
from app.assistant import open_assistant
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.jobs import AnswerJobs, AssistantLike
from app.log_filter import install_log_filter
from app.settings import Settings
from eval.json_lines import read_data
from eval.suites.pii import PersonalText
from guardrails.personal.find import find_personal
from tests.conftest import REPOSITORY
from tests.support.ollama import OllamaServer, ScriptedBackend, echo
from tests.support.ollama.asking import MODEL

SHARED = REPOSITORY.parent / "shared" / "data" / "pii" / "presidio.jsonl"
OWN = REPOSITORY / "eval" / "sets" / "pii"
_VAULT = "vaults"
_LEAST = 5  # characters; shorter values stand in other words by chance


def converse(
    assistant: AssistantLike, conversations: ConversationStore, texts: Iterable[PersonalText], ask: str
) -> set[str]:
    """Ask ``ask`` about each text in a conversation of its own; the values that the recognisers see in them."""
    jobs = AnswerJobs(assistant, conversations)
    values: set[str] = set()
    for given in texts:
        values |= {given.text[span.start : span.end] for span in find_personal(given.text, given.language)}
        conversation = conversations.create().id
        question = f"{ask}\n{given.text}"
        jobs.wait(jobs.start(conversation, Question(text=question, language=given.language)), 60)
        logging.getLogger("app").error("asked: %s", question)
        assert conversations.messages(conversation)[0].text == question  # whole again for the page
    jobs.close()
    return {value for value in values if len(value) >= _LEAST}


def leaks(values: Iterable[str], places: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each value with the place where it stands as a word of its own, also as JSON escapes it."""
    for place, held in places.items():
        for value in values:
            forms = (form for form in {value, json.dumps(value)[1:-1]} if form in held)
            if any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", held) for form in forms):
                yield place, value


def outside_the_vault(home: Path) -> str:
    """All that the database of conversations holds in its other tables."""
    engine = create_engine(default_url(home))
    with engine.connect() as connection:
        tables = inspect(engine).get_table_names()
        statements = [f"select * from {table}" for table in tables if table != _VAULT]  # noqa: S608
        rows = [str(tuple(row)) for statement in statements for row in connection.execute(text(statement))]
    engine.dispose()
    return "\n".join(rows)


def main() -> None:
    knowledge, number = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500
    data = [SHARED] if SHARED.exists() else sorted(OWN.glob("*.jsonl"))
    texts = [text for file in data for text in read_data(file, PersonalText) if text.spans][:number]
    log = io.StringIO()
    logging.basicConfig(stream=log, level="INFO")
    install_log_filter()
    with tempfile.TemporaryDirectory() as folder, OllamaServer(ScriptedBackend(default=echo)) as server:
        assistant = open_assistant(Settings(home=knowledge, ollama_url=server.url, model=MODEL))
        conversations = ConversationStore(default_url(Path(folder)))
        values = converse(assistant, conversations, texts, "How many days do I have to send an article back?")
        conversations.close()
        assistant.close()
        sent = json.dumps(server.requests, ensure_ascii=False, default=str)
        found = list(leaks(values, {"sent": sent, "log": log.getvalue(), "database": outside_the_vault(Path(folder))}))
    print(f"{len(texts)} conversations, {len(values)} values, {len(sent)} characters sent, {len(found)} leaks")
    for place, value in found[:20]:
        print(f"{place}: {value!r}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
