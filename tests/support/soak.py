"""One of several processes that use a knowledge base at once: ``python -m tests.support.soak write|ask FOLDER``.

Prints ``ready``. For each line on standard input, ``write`` ingests the next edition and then prints ``done``; ``ask``,
whose threads ask all the while, prints it when each of them has got every answer anew. At the end of the input each
prints what it saw as JSON.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from pathlib import Path
from typing import Any

from app.answers import Answer, Finished, Question
from app.assistant import Assistant, build_assistant
from app.settings import Settings, load_settings
from ingest.knowledge import open_knowledge
from ingest.runs import ingest_into
from ingest.sources import open_source

QUESTIONS = {
    "lamps.md": "Within how many days can I return a lamp?",
    "sofas.md": "Who collects a sofa that I return?",
}
SOFAS = ("Our own van collects a sofa that you return.", "A forwarding agent collects a sofa that you return.")
FIRST = 1000  # the edition that is the first version
_THREADS = 2
_EDITION = re.compile(r"\d{4}")


def write_documents(folder: Path, edition: int) -> None:
    """Edition after edition of one document, whose every sentence names it; two texts in turn for the other."""
    (folder / "lamps.md").write_text(
        f"# Lamps\n\n## Deadline\n\nYou can return a lamp within {edition} days. After {edition} days you cannot.\n\n"
        f"## Costs\n\nReturning a lamp within {edition} days is free of charge.\n",
        encoding="utf-8",
    )
    (folder / "sofas.md").write_text(f"# Sofas\n\n## Collection\n\n{SOFAS[edition % 2]}\n", encoding="utf-8")


def editions_in(answer: Answer, document: str) -> set[tuple[int, str]]:
    """Version and edition of each place that the answer cites from ``document``, and of each passage shown with it."""
    cited = [citation for citation in answer.citations if citation.document == document]
    if document == "sofas.md":
        return {(citation.version, text) for citation in cited for text in (citation.quote, citation.passage)}
    return {
        (citation.version, edition)
        for citation in cited
        for edition in _EDITION.findall(citation.quote + citation.passage)
    }


def write(settings: Settings, folder: Path) -> None:
    with open_knowledge(settings) as knowledge:
        refused = 0
        _say("ready")
        for number, _line in enumerate(sys.stdin, 1):
            write_documents(folder, FIRST + number)
            refused += ingest_into(knowledge, [open_source(folder)]).refused
            _say("done")
        _say(json.dumps({"refused": refused}))


def ask(settings: Settings) -> None:
    with open_knowledge(settings) as knowledge:
        assistant = build_assistant(knowledge, settings)
        seen: list[dict[str, Any]] = []
        asking = [_Asking(assistant, seen, number) for number in range(_THREADS)]
        for each in asking:
            each.start()
        _say("ready")
        for _line in sys.stdin:
            for each in asking:
                each.wait_for_answers_asked_for_from_now_on()
            _say("done")
        for each in asking:
            each.stop()
        _say(json.dumps({"seen": seen}))


class _Asking(threading.Thread):
    """Asks all the questions, again and again."""

    def __init__(self, assistant: Assistant, seen: list[dict[str, Any]], number: int) -> None:
        super().__init__(daemon=True)
        self._assistant, self._seen, self._number = assistant, seen, number
        self._rounds = 0
        self._changed = threading.Condition()
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            for document, text in QUESTIONS.items():
                self._seen.append({"thread": self._number, "document": document, **self._answer(document, text)})
            with self._changed:
                self._rounds += 1
                self._changed.notify_all()

    def _answer(self, document: str, text: str) -> dict[str, Any]:
        try:
            *_, last = self._assistant.ask(Question(text=text, language="en", model="quoting"))
            assert isinstance(last, Finished)
            return {"action": last.answer.action, "editions": sorted(editions_in(last.answer, document))}
        except Exception as error:  # every failure is what the test looks for
            return {"error": repr(error)}

    def wait_for_answers_asked_for_from_now_on(self) -> None:
        with self._changed:
            wanted = self._rounds + 2  # one may be under way
            self._changed.wait_for(lambda: self._rounds >= wanted)

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(load_settings(), Path(sys.argv[2]))
    else:
        ask(load_settings())
