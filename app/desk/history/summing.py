"""A customer's history summed up by the connected model, believed only as far as it can be checked.

Customers may have written anything into their tickets, and a model may invent: a sentence with a number, date or code
that stands in none of the tickets, with an address or with an order, or in another language, is left out.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from app.desk.history.records import CustomerHistory, EarlierTicket
from app.desk.history.telling import sentences_of
from app.errors import ModelError
from app.models.tokens import most_tokens
from guardrails.personal.vault import Vault
from guardrails.quantities import find_quantities, unmatched
from ingest.languages.identify import identify_question
from ingest.parsing.instructions import orders_an_assistant
from prompts.answering import new_fence
from prompts.history import ShownTicket, history_prompt, render_tickets
from prompts.library import answer_language

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from app.models.model import ChatModel

_SECONDS = 20.0
_TOKENS = 320
_OF_ADDRESSES = ("://", "www.", "@")
_log = logging.getLogger(__name__)


def sum_up(
    history: CustomerHistory,
    language: str,
    model: ChatModel,
    stop: threading.Event | None = None,
    seconds: float = _SECONDS,
) -> str | None:
    """The history in a few sentences; None where the model fails, is too slow, or says nothing that can be believed.

    :param language: of the agent.
    """
    if not history.tickets:
        return None
    quick = model.limited(_TOKENS, seconds, seconds)
    vault = Vault()
    messages = _messages(quick, [_shown(each, vault) for each in history.tickets], language)
    if messages is None:
        return None
    try:
        written = "".join(quick.stream(messages, stop or threading.Event()))
    except ModelError as error:
        _log.info("a history was not summed up by %s: %s", model.name, error)
        return None
    sentences = sentences_of(vault.restore(written))
    if quick.cut:  # half a sentence can say the opposite of the whole
        sentences = sentences[:-1]
    given = [quantity for text, of in _texts(history) for quantity in find_quantities(text, of, every_word=True)]
    possible = {language, *(ticket.language for ticket in history.tickets)}  # a few words are easily taken for another
    kept = [
        sentence
        for sentence in sentences
        if identify_question(sentence, language, possible).language == language
        and not unmatched(find_quantities(sentence, language), given)
        and not orders_an_assistant(sentence)
        and not any(mark in sentence for mark in _OF_ADDRESSES)
    ]
    if len(kept) < len(sentences):
        _log.info("%d of %d sentences of a summary are not shown", len(sentences) - len(kept), len(sentences))
    gap = "" if language in ("ja", "zh") else " "
    return gap.join(kept) or None


def _messages(model: ChatModel, tickets: list[ShownTicket], language: str) -> list[BaseMessage] | None:
    """The messages to send, with as many of the newest tickets as find room; None when not even one does."""
    fence = new_fence()
    template = history_prompt(model.family)
    for count in range(len(tickets), 0, -1):
        messages = template.format_messages(
            **answer_language(language), fence=fence, tickets=render_tickets(tickets[:count], fence)
        )
        room = model.options.num_ctx - model.options.num_predict
        if sum(most_tokens(str(message.content)) for message in messages) <= room:
            return messages
    return None


def _shown(ticket: EarlierTicket, vault: Vault) -> ShownTicket:
    return ShownTicket(
        day=ticket.received_at.date().isoformat(),
        title=vault.mask(ticket.title, ticket.language),
        asked=[vault.mask(each, ticket.language) for each in ticket.asked],
        told=[vault.mask(each.text, each.language) for each in ticket.told if not each.promises],
        promised=[
            f"{f'({each.at.date().isoformat()}) ' if each.at else ''}{vault.mask(each.text, each.language)}"
            for each in ticket.promised
        ],
    )


def _texts(history: CustomerHistory) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for ticket in history.tickets:
        texts += [(ticket.received_at.date().isoformat(), "en"), (ticket.title, ticket.language)]
        texts += [(each, ticket.language) for each in ticket.asked]
        for told in ticket.told:
            texts += [(told.text, told.language)] + ([(told.at.date().isoformat(), "en")] if told.at else [])
    return texts
