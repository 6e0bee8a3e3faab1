"""Sentences in another language by the language model, numbers compared; for a person who reads along, never sent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.answers import Question
from app.errors import ModelError
from app.personal import Masking
from guardrails.quantities import find_quantities, unmatched
from prompts.answering import defused_line, new_fence
from prompts.library import answer_language
from prompts.translating import translation_prompt

if TYPE_CHECKING:
    from app.models.model import ChatModel

_TOKENS = 200
_log = logging.getLogger(__name__)


def translated(
    model: ChatModel, sentences: Sequence[tuple[str, str]], into: str, names: Sequence[str] = ()
) -> list[str | None]:
    """Each sentence, given with its language, in the language ``into``.

    None stands for one that the model left unfinished, in which a number is not the same, or that it failed at. A
    sentence that is in that language already stays as it is.

    :param names: of people, which the model must not read.
    """
    masking = Masking(Question(text="", names=tuple(names)), into)
    found: list[str | None] = []
    for text, language in sentences:
        if language == into:
            found.append(text)
            continue
        try:
            written = _asked(model, text, language, into, masking)
        except ModelError as error:
            _log.info("nothing was translated by %s: %s", model.name, error)
            return [*found, *[None] * (len(sentences) - len(found))]
        found.append(written if written and same_quantities(text, language, written, into) else None)
    return found


def same_quantities(text: str, language: str, other: str, other_language: str) -> bool:
    """Whether two sentences have the same numbers, amounts, days and codes."""
    mine, theirs = find_quantities(text, language), find_quantities(other, other_language)
    return not unmatched(mine, theirs) and not unmatched(theirs, mine)


def _asked(model: ChatModel, text: str, language: str, into: str, masking: Masking) -> str:
    fence = new_fence()
    messages = translation_prompt(model.family).format_messages(
        **answer_language(into), fence=fence, sentence=defused_line(masking.text(text, language), fence)
    )
    asked = model.limited(min(_TOKENS, model.options.num_predict))
    written = "".join(masking.restored(asked.stream(messages, threading.Event())))
    return "" if asked.cut else " ".join(written.split())
