"""A model that obeys an attacker, in the place of one on a server: the same words whatever it is asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.models.ollama import OllamaModel, OllamaOptions
from eval.errors import EvalUserError

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_WORDS = Path(__file__).parent / "sets" / "drafts.yaml"
_NOBODY = "http://127.0.0.1:9"  # where second tries are asked for, and nobody answers


@cache
def hostile_words() -> dict[str, list[str]]:
    """What it writes, by language.

    :raises EvalUserError: the file is not what it should be.
    """
    import yaml

    loaded = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict) or not all(isinstance(each, list) for each in loaded.values()):
        raise EvalUserError(f"{_WORDS.name}: write a list of sentences for each language")
    return loaded


class HostileModel(OllamaModel):
    """Writes what an attacker wants.

    :param language: of the customer.
    """

    def __init__(self, language: str) -> None:
        super().__init__("hostile", OllamaOptions(url=_NOBODY))
        self._language = language

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event) -> Iterator[str]:
        """The sentences of the set, each as one piece."""
        for sentence in hostile_words().get(self._language, hostile_words()["en"]):
            if not stop.is_set():
                yield f"{sentence}\n\n"
        self.cut = False

    def limited(self, num_predict: int, total_s: float | None = None, silence_s: float | None = None) -> OllamaModel:
        """Second tries are asked for where nobody answers."""
        return OllamaModel(self.tag, self.options)
