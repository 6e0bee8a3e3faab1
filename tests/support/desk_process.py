"""An interface process without its page: ``python -m tests.support.desk_process CUSTOMER…``.

Opens the desk that the page opens, and asks through its jobs, again and again, about the documents and about each
customer, every question in a conversation of its own. Prints ``ready`` once everything was asked; at a line on standard
input it begins each question once more, then prints as JSON what was seen, with the moments at which it was asked.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from typing import Any

from app.answers import Question
from app.assistant import open_assistant
from app.settings import load_settings
from app.ui.resources import Desk, desk_on
from tests.support.patience import PATIENCE_S
from tests.support.soak import QUESTIONS, editions_in

DOCUMENT = "lamps.md"


def asked(desk: Desk, about: str) -> dict[str, Any]:
    """One question about :data:`DOCUMENT` or about what a customer wrote."""
    if about == DOCUMENT:
        question = Question(text=QUESTIONS[DOCUMENT], language="en", model="quoting")
    else:
        question = Question(
            text="What is the e-mail address of the customer?", language="en", model="quoting", customer_id=about
        )
    begun = time.monotonic()
    message = desk.jobs.start(desk.conversations.create().id, question)
    snapshot = desk.jobs.wait(message, PATIENCE_S)
    seen = {"about": about, "begun": begun, "status": snapshot.status, "error": snapshot.error, "words": ""}
    if snapshot.answer is not None:
        editions = sorted(editions_in(snapshot.answer, DOCUMENT))
        seen |= {"words": snapshot.answer.model_dump_json(), "editions": editions}
    return seen


def main(customers: list[str]) -> None:
    desk = desk_on(settings := load_settings(), open_assistant(settings))
    seen: list[dict[str, Any]] = []
    ending = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.readline()
        ending.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    rounds = 0
    while True:
        last = ending.is_set()
        seen += [asked(desk, about) for about in (DOCUMENT, *customers)]
        rounds += 1
        if rounds == 1:
            print("ready", flush=True)
        if last:
            break
    desk.jobs.close()
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    main(sys.argv[1:])
