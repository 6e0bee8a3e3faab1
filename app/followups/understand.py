"""From a question and its conversation to the question that can be searched for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.answers import Turn, Understanding
from app.followups.detect import Decision, decide, is_courtesy
from app.followups.exchanges import Exchange, exchanges
from app.followups.reading import Reading, read
from app.followups.rewrite import Rewritten, carry, follow
from app.followups.with_model import rewrite_with_model

if TYPE_CHECKING:
    from app.models.model import ChatModel

_LONGEST = 400  # characters; who writes more has said what it is about


def understand(
    question: str,
    language: str,
    history: Sequence[Turn],
    model: ChatModel | None = None,
    stop: threading.Event | None = None,
) -> Understanding | None:
    """How ``question`` is to be understood after ``history``; None when it stands alone.

    :param language: of ``question``, ISO 639-1.
    :param model: rewrites what words alone cannot put well; what it writes is checked, and what they make
        of it is taken when the check fails.
    """
    if not history or len(question) > _LONGEST:
        return None
    earlier = exchanges(history, language)
    before = _last_that_says_something(earlier)
    if before is None:
        return None
    asked = read(question, language)
    decision = decide(asked, before)
    by_rules = _by_rules(decision, asked, before)
    if model is not None and _wants_model(decision, by_rules):
        replaced = by_rules.replaced if by_rules else ()
        written = rewrite_with_model(model, asked.text, language, earlier, replaced, stop or threading.Event())
        if written is not None:
            return Understanding(
                question=written, language=language, how="model", earlier=before.text, signs=decision.signs
            )
    if by_rules is None or by_rules.text == asked.text:
        return None
    return Understanding(
        question=by_rules.text,
        language=by_rules.language,
        how=by_rules.how,
        earlier=before.text,
        signs=decision.signs,
        replaced=by_rules.replaced,
    )


def _last_that_says_something(earlier: Sequence[Exchange]) -> Reading | None:
    """The last question but for thanks and the like."""
    for exchange in reversed(earlier):
        before = read(exchange.question, exchange.language)
        if not before.says_nothing and not is_courtesy(before):
            return before
    return None


def _by_rules(decision: Decision, asked: Reading, before: Reading) -> Rewritten | None:
    if decision.leaning == "follow-up":
        return follow(asked, before)
    return carry(asked, before) if decision.leaning == "carry" else None


def _wants_model(decision: Decision, by_rules: Rewritten | None) -> bool:
    """Whether a model could do better: not where one thing took the place of another, and nothing is left over."""
    if decision.leaning == "alone":
        return False
    return by_rules is None or by_rules.how != "substituted"
