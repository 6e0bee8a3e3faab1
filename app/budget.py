"""Fit the passages into the context that is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.answers import Reply
from app.errors import ModelError
from app.models.tokens import most_tokens
from app.personal import MaskedPassage, Masking
from app.retrieval.passages import Passage
from prompts.answering import answer_prompt, defused_line, new_fence, render_passages
from prompts.drafting import draft_prompt, draft_slots
from prompts.library import answer_language

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


def build_prompt(
    question: str,
    language: str,
    passages: Sequence[Passage],
    family: str,
    num_ctx: int,
    num_predict: int,
    masking: Masking,
    reply: Reply | None = None,
) -> tuple[list[BaseMessage], list[Passage]]:
    """The messages to send, and the passages that found room in them, best first.

    :param num_ctx: context in tokens; ``num_predict`` of them are kept for the answer.
    :param masking: what is personal in question and passages is sent as its placeholders.
    :param reply: how to write to a customer; an agent is answered when None.
    :raises ModelError: ``truncated-prompt``, there is no room for even one passage.
    """
    fence = new_fence()
    template = draft_prompt(family) if reply else answer_prompt(family)
    # A customer's words stand inside of the fence, an agent's question is asked by somebody who may ask.
    asked = masking.text(question, language)
    asked = defused_line(asked, fence) if reply else asked
    manner = _slots(reply, language, masking, fence) if reply else {}

    def messages(rendered: str) -> list[BaseMessage]:
        return template.format_messages(
            **answer_language(language), **manner, fence=fence, passages=rendered, question=asked
        )

    return fitted(messages, passages, fence, num_ctx, num_predict, masking)


def _slots(reply: Reply, language: str, masking: Masking, fence: str) -> dict[str, str]:
    remark = defused_line(masking.text(reply.remark, language), fence)
    return draft_slots(reply.company, reply.manner, reply.brief, remark)


def fitted(
    messages: Callable[[str], list[BaseMessage]],
    passages: Sequence[Passage],
    fence: str,
    num_ctx: int,
    num_predict: int,
    masking: Masking,
) -> tuple[list[BaseMessage], list[Passage]]:
    """The messages with as many passages as find room, and these passages.

    :param messages: makes them of the rendered passages.
    :raises ModelError: as :func:`build_prompt`.
    """
    room = num_ctx - num_predict - sum(most_tokens(str(message.content)) for message in messages(""))
    fitting: list[Passage] = []
    masked: list[MaskedPassage] = []
    for passage in passages:
        masked.append(masking.passage(passage))
        room -= most_tokens(render_passages(masked[-1:], fence))
        if room < 0:
            break
        fitting.append(passage)
    if not fitting:
        raise ModelError(
            "truncated-prompt",
            f"a context of {num_ctx} tokens, {num_predict} of them for the answer, has no room for a passage beside "
            "the question: raise POLYDESK_NUM_CTX",
        )
    return messages(render_passages(masked[: len(fitting)], fence)), fitting
