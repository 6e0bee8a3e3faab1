"""Which models were asked for an answer, why, and which one wrote it, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.answers import Answer, Attempt
from app.models.routing.before import FIRST
from app.ui.wording import Words

_OF_THE_LARGE = ("large-budget-spent", "large-model-failed")


def attempts_html(answer: Answer, words: Words) -> str:
    """A line for each model, closed until asked for; nothing where there was but one to ask."""
    spoken_of = [code for code in answer.reasons if code in _OF_THE_LARGE]
    if len(answer.attempts) < 2 and not spoken_of and all(each.why == FIRST for each in answer.attempts):
        return ""
    lines = "".join(f"<li>{_attempt(each, words)}</li>" for each in answer.attempts)
    lines += "".join(f"<li>{escape(words.reason(code))}</li>" for code in _unsaid(spoken_of, answer.attempts))
    return (
        f'<details class="pd-why pd-attempts"><summary>{escape(words("attempts.heading"))}</summary>'
        f"<ul>{lines}</ul></details>"
    )


def _attempt(attempt: Attempt, words: Words) -> str:
    written = attempt.shown + attempt.withheld
    said = [words.entries.get(f"attempt.{attempt.why}") or attempt.why.replace("-", " ")]
    if attempt.failed:
        said.append(words("attempts.failed"))
    elif written:
        said.append(words("attempts.sentences", shown=attempt.shown, written=written))
    if attempt.wrote:
        said.append(words("attempts.wrote"))
    parts = "".join(f" · <span>{escape(part)}</span>" for part in said)
    return f"<b><bdi>{escape(attempt.model.removeprefix('ollama:'))}</bdi></b>{parts}"


def _unsaid(codes: Sequence[str], attempts: Sequence[Attempt]) -> list[str]:
    """What no line above says already."""
    known = {"large-model-failed"} if any(each.failed for each in attempts) else set()
    known |= {"large-budget-spent"} if any(each.why == "budget-spent" for each in attempts) else set()
    return [code for code in codes if code not in known]
