"""Scripted models with one flaw each, told apart by their tags."""

from __future__ import annotations

import time

from tests.support.ollama.backend import GenerationRequest

GOOD, SLOW, FOREIGN, INVENTING, TALKATIVE = (
    "mistral-small:24b",
    "llama3.3:70b",
    "mistral:7b",
    "llama3.2:3b",
    "llama3.1:8b",
)
_FOREIGN = "Les articles peuvent être renvoyés dans le délai prévu, à condition que l'emballage soit complet [1]."
_INVENTED = "The fee is 4,711.37 dollars, and it has to be paid within 93 days [1]."


def flawed(request: GenerationRequest) -> str:
    """What the model of the request's tag writes."""
    tag = str(request.body["model"])
    if tag == SLOW:
        time.sleep(0.6)
    if tag == FOREIGN:
        return _FOREIGN
    if tag == INVENTING:
        return _INVENTED
    lines = request.user_text.splitlines()
    at = next((at for at, line in enumerate(lines) if line.startswith("[1] ")), None)
    quote = lines[at + 1][:300] if at is not None else ""
    if tag != TALKATIVE and _asks_for_nothing(request):
        return "NO_ANSWER"
    return f"{quote} [1]"


def _asks_for_nothing(request: GenerationRequest) -> bool:
    """Whether the question is one of those that no document answers: they are known to the script."""
    return any(question in request.user_text for question in unanswerable())


def unanswerable() -> set[str]:
    """The questions of the sample that no document answers."""
    from eval.runs.context import SAMPLE
    from eval.suites.golden import read_golden

    return {each.question for each in read_golden(SAMPLE / "golden") if not each.answerable}
