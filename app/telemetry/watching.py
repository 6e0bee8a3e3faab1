"""A model whose every request is a span, as the semantic conventions for generative AI have it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.answers import Usage
from app.models.model import ChatModel, ModelOptions
from app.models.routing.route import RoutedModel
from app.telemetry.meters import Meters
from app.telemetry.spans import SpanStep
from app.telemetry.steps import Value

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_PROVIDERS = {"mistralai": "mistral_ai"}  # others are called as we call them


class WatchedModel:
    """See :class:`app.models.model.ChatModel`; of a route, the small model, which answers for it.

    :param request: begins the span of a request to the model of that name.
    """

    def __init__(self, model: ChatModel, request: Callable[[str], SpanStep], meters: Meters) -> None:
        self._model = model.small if isinstance(model, RoutedModel) else model
        self._request = request
        self._meters = meters

    @property
    def tag(self) -> str:
        return self._model.tag

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def family(self) -> str:
        return self._model.family

    @property
    def options(self) -> ModelOptions:
        return self._model.options

    @property
    def usage(self) -> Usage:
        return self._model.usage

    @property
    def cut(self) -> bool:
        return self._model.cut

    def limited(self, num_predict: int, total_s: float | None = None, silence_s: float | None = None) -> ChatModel:
        """The same with other bounds, watched too."""
        return WatchedModel(self._model.limited(num_predict, total_s, silence_s), self._request, self._meters)

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event) -> Iterator[str]:
        """The model's words; the request ends when nobody reads on."""
        model, began, first = self._model, time.perf_counter(), None
        asked: dict[str, Value] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": _provider(model),
            "gen_ai.request.model": model.tag,
        }
        error = ""
        with self._request(model.tag) as step:
            step.tell({**asked, "gen_ai.request.max_tokens": model.options.num_predict})
            try:
                for words in model.stream(messages, stop):
                    if first is None:
                        first = time.perf_counter() - began
                    yield words
            except Exception as failure:
                error = str(getattr(failure, "code", None) or type(failure).__name__)
                raise
            finally:
                usage = model.usage
                step.tell(
                    {
                        "gen_ai.usage.input_tokens": usage.prompt_tokens,
                        "gen_ai.usage.output_tokens": usage.completion_tokens,
                        "gen_ai.response.finish_reasons": ("length",) if model.cut else ("stop",),
                        **({} if first is None else {"gen_ai.response.time_to_first_chunk": round(first, 4)}),
                    }
                )
                self._meters.requested(asked, usage, time.perf_counter() - began, error)


def _provider(model: ChatModel) -> str:
    provider = model.name.partition(":")[0]
    return _PROVIDERS.get(provider, provider)
