"""Fit the passages into the context that is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.errors import ModelError
from app.models.tokens import most_tokens
from app.retrieval.passages import Passage
from prompts.answering import answer_prompt, new_fence, render_passages
from prompts.library import language_name

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


def build_prompt(
    question: str, language: str, passages: Sequence[Passage], family: str, num_ctx: int, num_predict: int
) -> tuple[list[BaseMessage], list[Passage]]:
    """The messages to send, and the passages that found room in them, best first.

    :param num_ctx: context in tokens; ``num_predict`` of them are kept for the answer.
    :raises ModelError: ``truncated-prompt``, there is no room for even one passage.
    """
    fence = new_fence()
    template = answer_prompt(family)

    def messages(rendered: str) -> list[BaseMessage]:
        return template.format_messages(
            language_english=language_name(language, "en"),
            language_own=language_name(language, language),
            fence=fence,
            passages=rendered,
            question=question,
        )

    room = num_ctx - num_predict - sum(most_tokens(str(message.content)) for message in messages(""))
    fitting: list[Passage] = []
    for passage in passages:
        room -= most_tokens(render_passages([passage], fence))
        if room < 0:
            break
        fitting.append(passage)
    if not fitting:
        raise ModelError(
            "truncated-prompt",
            f"a context of {num_ctx} tokens, {num_predict} of them for the answer, has no room for a passage beside "
            "the question: raise POLYDESK_NUM_CTX",
        )
    return messages(render_passages(fitting, fence)), fitting
