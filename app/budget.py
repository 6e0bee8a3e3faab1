"""Fit the passages into the context that is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.errors import ModelError
from app.models.tokens import most_tokens
from app.personal import MaskedPassage, Masking
from app.retrieval.passages import Passage
from prompts.answering import answer_prompt, new_fence, render_passages
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
) -> tuple[list[BaseMessage], list[Passage]]:
    """The messages to send, and the passages that found room in them, best first.

    :param num_ctx: context in tokens; ``num_predict`` of them are kept for the answer.
    :param masking: what is personal in question and passages is sent as its placeholders.
    :raises ModelError: ``truncated-prompt``, there is no room for even one passage.
    """
    fence = new_fence()
    template = answer_prompt(family)

    def messages(rendered: str) -> list[BaseMessage]:
        return template.format_messages(
            **answer_language(language),
            fence=fence,
            passages=rendered,
            question=masking.text(question, language),
        )

    return fitted(messages, passages, fence, num_ctx, num_predict, masking)


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
