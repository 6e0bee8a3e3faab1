"""What the rules of escalation go by, gathered at the end of a question; what cannot be found out is None."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from app.answers import Answer, Question
from app.asking_back import COUNTRY_OPEN
from app.conversations.records import Message
from app.escalations.accepting import ACCEPTED, accepts
from app.followups.detect import is_courtesy
from app.followups.reading import read
from guardrails.escalation.deciding import Amount, Signals
from guardrails.quantities import find_quantities

_log = logging.getLogger(__name__)
_NO_FAILURE = frozenset({"stopped", COUNTRY_OPEN})  # reasons for which there is no answer, and no want of one


def signals_of(
    question: Question,
    answer: Answer,
    earlier: Sequence[Message],
    escalated: frozenset[str] = frozenset(),
) -> Signals:
    """The signals of one question.

    :param earlier: messages of the conversation before the question, oldest first.
    :param escalated: causes for which the conversation went to a person before.
    """
    accepted = [ACCEPTED] if _accepts_offer(question.text, answer.language, earlier) else []
    return Signals(
        codes=frozenset([*answer.reasons, *(each.code for each in answer.findings), *accepted]),
        confidence=answer.confidence,
        abstentions=_abstentions(question.text, answer, earlier),
        contradictions=len(answer.contradictions),
        amounts=amounts_in(question.text, answer.language),
        escalated=escalated,
    )


def _accepts_offer(text: str, language: str, earlier: Sequence[Message]) -> bool:
    """Whether this says yes to the abstention before it, which offers to hand the question over."""
    before = earlier[-1].answer if earlier else None
    if before is None or before.action != "abstain" or {"no-documents", *_NO_FAILURE} & set(before.reasons):
        return False
    return accepts(text, language) or accepts(text, before.language)


def _abstentions(text: str, answer: Answer, earlier: Sequence[Message]) -> int:
    """How many questions in a row had no answer, this one included.

    Thanks are none of them, nor what was stopped or asked back.
    """
    if answer.action != "abstain" or _NO_FAILURE & set(answer.reasons) or _is_courtesy(text, answer.language):
        return 0
    count = 1
    for asked, reply in reversed(list(pairwise(earlier))):
        before = reply.answer if reply.status == "finished" else None
        if before is None or _NO_FAILURE & set(before.reasons) or _is_courtesy(asked.text, before.language):
            continue
        if before.action != "abstain":
            break
        count += 1
    return count


def _is_courtesy(text: str, language: str) -> bool:
    return is_courtesy(read(text, language))


def amounts_in(text: str, language: str) -> tuple[Amount, ...] | None:
    """The amounts of money that a question names; None where they cannot be found out."""
    try:
        quantities = find_quantities(text, language)
    except Exception:  # the rules take what is not known as a case for a person
        _log.exception("the amounts of a question could not be found out")
        return None
    return tuple(
        Amount(found.value, tuple(dict.fromkeys((found.unit, *found.other_units))))
        for found in quantities
        if found.kind == "amount" and isinstance(found.value, Decimal) and found.unit
    )
