"""Replies of the scripted model that cite passages by what stands in them, wherever the prompt put them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tests.support.ollama import Reply
from tests.support.ollama.backend import GenerationRequest

_SLOT = re.compile(r"\{([^{}]+)\}")
_PASSAGE = re.compile(r"^\[(\d+)\] ", re.MULTILINE)

Script = Callable[[GenerationRequest], Reply]


def says(text: str, **more: object) -> Script:
    """A reply in which ``[{6.90 €}]`` becomes the number of the passage that holds these words."""

    def reply(request: GenerationRequest) -> Reply:
        written = _SLOT.sub(lambda slot: str(number_of(request.user_text, slot[1])), text)
        return replace(Reply(written), **more)  # type: ignore[arg-type]  # the fields of Reply by name

    return reply


def number_of(prompt: str, words: str) -> int:
    """Under which number the prompt shows the passage with ``words``.

    :raises AssertionError: no passage in the prompt has them.
    """
    _, *parts = _PASSAGE.split(prompt)
    for number, passage in zip(parts[::2], parts[1::2], strict=True):
        if words in passage:
            return int(number)
    raise AssertionError(f"no passage in the prompt says {words!r}")
