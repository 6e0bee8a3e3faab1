"""One line on a change in the agent's language, by a model that reads placeholders; held against the change."""

from __future__ import annotations

import logging
import re
import threading
from typing import TYPE_CHECKING

from app.answers import Question
from app.desk.changes.brief import Brief
from app.desk.changes.change import Change
from app.errors import ModelError
from app.models.model import ChatModel
from app.personal import Masking
from guardrails.quantities import Quantity, find_currencies, find_quantities, unmatched
from ingest.languages.identify import identify
from ingest.sentences import split_sentences
from prompts.answering import NO_ANSWER, defused_line, new_fence
from prompts.library import answer_language
from prompts.updating import update_prompt

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_TOKENS = 120
_SECONDS = 60.0
_CHANGES = 12
_CHARACTERS = 500  # of either side of a change
_LONGEST = 400  # characters of the line
_LINK = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+\.\w")
_SURE = 0.9  # probability that the line is in another language
_log = logging.getLogger(__name__)


def summarised(model: ChatModel, brief: Brief, language: str, stop: threading.Event | None = None) -> str | None:
    """The line; None where the model fails, has nothing to say, or says what is not in the change."""
    if not brief.changes:
        return None
    masking = Masking(Question(text=brief.title), language)
    asked = model.limited(_TOKENS, min(model.options.total_s, _SECONDS))
    try:
        messages = _messages(brief, language, asked.family, masking)
        written = "".join(masking.restored(asked.stream(messages, stop or threading.Event())))
    except ModelError as error:
        _log.info("a change was not summed up by %s: %s", asked.name, error)
        return None
    line = " ".join(written.split()).strip("\"'“”„ ")
    return line if not asked.cut and holds(line, brief, language) else None


def holds(line: str, brief: Brief, language: str) -> bool:
    """Whether the line may be shown: short, in the right language, no link, no figure but those of the change."""
    if not line or len(line) > _LONGEST or NO_ANSWER in line or len(split_sentences(line)) > 2 or _LINK.search(line):
        return False
    found = identify(line)
    if found.language != language and found.confidence >= _SURE:
        return False
    figures: list[Quantity] = []
    currencies: frozenset[str] = frozenset()
    for change in brief.changes:
        for text in (change.old, change.new):
            figures += find_quantities(text, change.language, every_word=True)
            currencies |= find_currencies(text, change.language)
    for text in (brief.title, brief.effective_from.isoformat() if brief.effective_from else ""):
        figures += find_quantities(text, brief.language, every_word=True)
    return not unmatched(find_quantities(line, language), figures, currencies=currencies)


def _messages(brief: Brief, language: str, family: str, masking: Masking) -> list[BaseMessage]:
    fence = new_fence()

    def said(text: str, of: str) -> str:
        return defused_line(masking.text(text[:_CHARACTERS], of), fence) or "(nothing)"

    def shown(change: Change) -> str:
        return f"Old: {said(change.old, change.language)}\nNew: {said(change.new, change.language)}"

    weighty = sorted(brief.changes, key=lambda change: not change.is_meaning)
    return update_prompt(family).format_messages(
        **answer_language(language),
        fence=fence,
        title=said(brief.title, brief.language),
        changes="\n\n".join(shown(change) for change in weighty[:_CHANGES]),
    )
