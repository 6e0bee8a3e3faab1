"""The bodies of requests, as far as the server looks into them."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.support.ollama.errors import OllamaError
from tests.support.ollama.messages import Message

Body = dict[str, Any]


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore")

    model: str = ""
    stream: bool | None = None  # true when absent


class ModelBody(_Request):
    """``/api/show`` and ``/api/pull``; ``name`` is the older word for ``model``."""

    name: str = ""


class CreateBody(_Request):
    """``/api/create``; ``adapters`` are digests by the names of files."""

    from_: str = Field(default="", alias="from")
    adapters: dict[str, str] | None = None
    license: str | list[str] = ""


class _Inference(_Request):
    options: Body | None = None
    keep_alive: float | str | None = None


class EmbedBody(_Inference):
    """``/api/embed``."""

    input: str | list[str] | None = None
    truncate: bool = True
    dimensions: int = 0


class GenerationBody(_Inference):
    """What ``/api/chat`` and ``/api/generate`` share."""

    format: Any = None
    think: bool | str | None = None
    shift: bool = True


class ChatBody(GenerationBody):
    """``/api/chat``."""

    messages: list[Message] = Field(default_factory=list)
    tools: list[Body] | None = None


class GenerateBody(GenerationBody):
    """``/api/generate``."""

    prompt: str = ""
    system: str = ""
    raw: bool = False


_B = TypeVar("_B", bound=_Request)


def read_body(kind: type[_B], body: Body) -> _B:
    """``body`` as a ``kind``.

    :raises OllamaError: 400, a field has the wrong type.
    """
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise OllamaError(400, f"json: cannot unmarshal field {kind.__name__}.{field}: {first['msg']}") from error
