"""Ask the model again for one sentence that was refused, with what is wrong with it and the passages it cites."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.budget import fitted
from app.composer import AnswerComposer
from app.errors import ModelError
from app.examining import Examined
from app.models.model import ChatModel
from app.personal import Masking
from app.retrieval.passages import Passage
from prompts.answering import defused_line, new_fence
from prompts.library import answer_language
from prompts.repair import repair_prompt

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_TOKENS = 160
_UNCITED = 3  # best passages that are shown for a sentence that cites none
_log = logging.getLogger(__name__)


class Repairer:
    """Second tries of one answer's sentences; their tokens go into the answer's usage.

    What the model reads is masked as its first prompt was, and the time of both together is that of one answer.

    :param passages: that the first prompt showed.
    :param until: on the monotonic clock, when the answer is out of its time.
    """

    def __init__(
        self,
        model: ChatModel,
        question: str,
        passages: Sequence[Passage],
        masking: Masking,
        composer: AnswerComposer,
        stop: threading.Event,
        until: float,
    ) -> None:
        self._model = model
        self._question = question
        self._passages = passages
        self._masking = masking
        self._composer = composer
        self._stop = stop
        self._until = until

    def __call__(self, refused: Examined) -> str | None:
        """What the model writes in the sentence's place; None where it cannot be asked, was stopped or failed."""
        left = self._until - time.monotonic()
        if self._stop.is_set() or left <= 0:
            return None
        tokens = min(_TOKENS, self._model.options.num_predict)
        again = self._model.limited(tokens, total_s=left)
        try:
            messages = self._messages(refused, again)
            written = "".join(self._masking.restored(again.stream(messages, self._stop)))
        except ModelError as error:
            _log.info("a refused sentence was not written anew by %s: %s", again.name, error)
            return None
        finally:
            self._composer.usage += again.usage
        if self._stop.is_set():
            return None
        return "" if again.cut else written  # half a sentence can say the opposite of the whole

    def _messages(self, refused: Examined, model: ChatModel) -> list[BaseMessage]:
        fence = new_fence()
        template = repair_prompt(model.family)
        language = self._composer.language

        def masked(text: str) -> str:
            return defused_line(self._masking.text(text, language), fence)

        def messages(rendered: str) -> list[BaseMessage]:
            return template.format_messages(
                **answer_language(language),
                fence=fence,
                passages=rendered,
                question=self._masking.text(self._question, language),
                sentence=masked(refused.text),
                findings=masked("; ".join(refused.findings)),
            )

        passages = refused.cited or self._passages[:_UNCITED]
        options = model.options
        return fitted(messages, passages, fence, options.num_ctx, options.num_predict, self._masking)[0]
