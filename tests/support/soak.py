"""One of several processes that use a knowledge base at once: ``python -m tests.support.soak write|ask FOLDER``.

Prints ``ready``, reads from standard input for how many seconds to work, and prints what it saw as JSON.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable
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
        runs = refused = 0
        seconds: Callable[[], bool] | None = None
        while seconds is None or seconds():
            runs += 1
            write_documents(folder, FIRST + runs)
            refused += ingest_into(knowledge, [open_source(folder)]).refused
            seconds = seconds or _until_told()  # after the first run, which loads the parser and takes longest
        _say({"runs": runs, "refused": refused})


def ask(settings: Settings) -> None:
    with open_knowledge(settings) as knowledge:
        assistant = build_assistant(knowledge, settings)
        seen: list[dict[str, Any]] = []
        seconds = _until_told()
        threads = [threading.Thread(target=_ask_on, args=(assistant, seconds, seen, n)) for n in range(_THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        _say({"seen": seen})


def _ask_on(assistant: Assistant, seconds: Callable[[], bool], seen: list[dict[str, Any]], thread: int) -> None:
    while seconds():
        for document, text in QUESTIONS.items():
            try:
                *_, last = assistant.ask(Question(text=text, language="en", model="quoting"))
                assert isinstance(last, Finished)
                found = sorted(editions_in(last.answer, document))
                seen.append({"thread": thread, "document": document, "action": last.answer.action, "editions": found})
            except Exception as error:  # every failure is what the test looks for
                seen.append({"thread": thread, "document": document, "error": repr(error)})


def _until_told() -> Callable[[], bool]:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for_so_long = float(sys.stdin.readline())  # comes when all are ready, so the clock is read after it
    end = time.monotonic() + for_so_long
    return lambda: time.monotonic() < end


def _say(result: object) -> None:
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(load_settings(), Path(sys.argv[2]))
    else:
        ask(load_settings())
