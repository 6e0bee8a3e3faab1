"""Have a language model make a follow-up self-contained, and believe it only as far as it can be checked.

The earlier answers quote documents, in which anybody may have written anything; what a model makes of
them becomes the question of the next prompt. So a rewriting that adds a country, a number or a code,
speaks another language or words of its own, or gives orders, is not used.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.answers import Replacement
from app.errors import ModelError
from app.followups.exchanges import Exchange
from app.models.tokens import most_tokens
from guardrails.personal.vault import Vault
from prompts.answering import new_fence
from prompts.followup import followup_prompt, render_conversation
from prompts.library import answer_language

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from app.models.model import ChatModel

_SECONDS = 8.0
_TOKENS = 160
_MOST_OF_BOTH = 1.5  # times the characters of the earlier and the last question together
_SAID_BEFORE = 0.6  # share of its words that stand in the conversation
_KEPT = 0.5  # share of the follow-up's words that it keeps

_OF_ADDRESSES = ("://", "www.", "@")

_log = logging.getLogger(__name__)


def rewrite_with_model(
    model: ChatModel,
    question: str,
    language: str,
    earlier: Sequence[Exchange],
    replaced: Sequence[Replacement],
    stop: threading.Event,
) -> str | None:
    """The self-contained form of ``question`` in ``language``; None where the model fails, or leaves it as it is.

    :param earlier: oldest first.
    :param replaced: what is known to have taken the place of something else, which must not come back.
    """
    quick = model.limited(_TOKENS, _SECONDS, _SECONDS)
    vault = Vault()
    masked = [_masked(exchange, vault) for exchange in earlier]
    messages = _messages(quick, vault.mask(question, language), language, masked)
    if messages is None:
        return None
    try:
        written = vault.restore("".join(quick.stream(messages, stop)))
    except ModelError as error:
        _log.info("a follow-up was not rewritten by %s: %s", model.name, error)
        return None
    candidate = _bare(written)
    if stop.is_set() or quick.cut or _same(candidate, question):
        return None
    fault = fault_of(candidate, question, language, earlier, replaced)
    if fault:
        _log.info("a follow-up rewritten by %s is not used: %s", model.name, fault)
        return None
    return candidate


def fault_of(
    candidate: str, question: str, language: str, earlier: Sequence[Exchange], replaced: Sequence[Replacement] = ()
) -> str | None:
    """Why ``candidate`` cannot be the self-contained form of ``question``, in a few words; None when it can."""
    from guardrails.tokens import content_words, coverage
    from ingest.languages.identify import identify_question
    from ingest.parsing.instructions import orders_an_assistant

    if not any(character.isalpha() for character in candidate) or "\n" in candidate:
        return "it is no question on one line"
    if len(candidate) > _MOST_OF_BOTH * (len(question) + max(len(exchange.question) for exchange in earlier)):
        return "it is too long"
    if identify_question(candidate, language).language != language:
        return f"it is not in {language}"
    if orders_an_assistant(candidate) and not orders_an_assistant(question):
        return "it gives orders"
    fault = _named_fault(candidate, question, language, earlier, replaced)
    if fault:
        return fault
    if content_words(question, language) and coverage(question, candidate, language) < _KEPT:
        return "it leaves out what was asked"
    said = " ".join([question, *(f"{exchange.question} {exchange.answer}" for exchange in earlier)])
    in_one_language = all(exchange.language == language for exchange in earlier)
    if in_one_language and coverage(candidate, said, language) < _SAID_BEFORE:
        return "it speaks of something else"
    return None


def _named_fault(
    candidate: str, question: str, language: str, earlier: Sequence[Exchange], replaced: Sequence[Replacement]
) -> str | None:
    """A country, number, code or address that it drops or adds."""
    from guardrails.quantities import find_quantities, unmatched
    from ingest.places import countries

    named, asked = set(countries(candidate, language)), set(countries(question, language))
    known = asked.union(
        *(countries(exchange.question, exchange.language) for exchange in earlier),
        *(countries(exchange.answer, exchange.answer_language) for exchange in earlier),
    )
    if asked - named:
        return f"it leaves out {', '.join(sorted(asked - named))}"
    if named - known:
        return f"it adds {', '.join(sorted(named - known))}"
    gone = [change.old.casefold() for change in replaced if change.kind == "place" and change.old]
    if any(place in candidate.casefold() for place in gone):
        return "it keeps the place that was replaced"
    has, wants = find_quantities(candidate, language), find_quantities(question, language)
    given = [
        quantity
        for text, of in _texts(question, language, earlier)
        for quantity in find_quantities(text, of, every_word=True)
    ]
    if unmatched(wants, find_quantities(candidate, language, every_word=True)):
        return "it leaves out a number or a code"
    if unmatched(has, given):
        return "it adds a number or a code"
    if any(mark in candidate and mark not in question for mark in _OF_ADDRESSES):
        return "it adds an address"
    return None


def _texts(question: str, language: str, earlier: Sequence[Exchange]) -> list[tuple[str, str]]:
    texts = [(question, language)]
    for exchange in earlier:
        texts += [(exchange.question, exchange.language), (exchange.answer, exchange.answer_language)]
    return texts


def _messages(model: ChatModel, question: str, language: str, earlier: Sequence[Exchange]) -> list[BaseMessage] | None:
    """The messages to send, with as many of the last exchanges as find room; None when not even one does."""
    fence = new_fence()
    template = followup_prompt(model.family)
    for first in range(len(earlier)):
        messages = template.format_messages(
            **answer_language(language),
            fence=fence,
            conversation=render_conversation(earlier[first:], fence),
            question=" ".join(question.split()),
        )
        room = model.options.num_ctx - model.options.num_predict
        if sum(most_tokens(str(message.content)) for message in messages) <= room:
            return messages
    return None


def _masked(exchange: Exchange, vault: Vault) -> Exchange:
    language = exchange.answer_language or exchange.language
    return replace(
        exchange,
        question=vault.mask(exchange.question, exchange.language),
        answer=vault.mask(exchange.answer, language),
    )


def _bare(written: str) -> str:
    """The question without quotation marks and without a label in front."""
    lines = [line.strip() for line in written.strip().splitlines() if line.strip()]
    text = " ".join(lines[0].split()) if len(lines) == 1 else "\n".join(lines)
    return text.strip("\"'“”„«»「」『』*` ")


def _same(candidate: str, question: str) -> bool:
    def folded(text: str) -> str:
        return "".join(character for character in text.casefold() if character.isalnum())

    return folded(candidate) == folded(question)
