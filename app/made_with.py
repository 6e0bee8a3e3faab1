"""Digests of what an answer is made with: the policy, the prompt's template, the model behind its name."""

from __future__ import annotations

import hashlib
import time
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from app.models.hosts import addresses, digests_at
from app.models.ollama import OllamaModel
from guardrails.policy import Policy
from prompts.answering import answer_prompt
from prompts.drafting import draft_prompt

if TYPE_CHECKING:
    from app.models.model import ChatModel

_FRESH_S = 60.0  # how long a look at a server's models counts
_LOOK_S = 1.0

_looked: dict[str, tuple[float, dict[str, str]]] = {}
_lock = Lock()


def digest(text: str) -> str:
    """The first 32 hexadecimal digits of the SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def policy_digest(policy: Policy) -> str:
    """The same for two policies that say the same, however their files are laid out."""
    return digest(policy.model_dump_json())


@cache
def prompt_digest(family: str, is_reply: bool) -> str:
    """Of the template that a family of models is asked with."""
    template = draft_prompt(family) if is_reply else answer_prompt(family)
    return digest(repr(template.messages))


def model_digest(model: ChatModel) -> str:
    """Which model it is that the server has under this name now; empty where the server does not say."""
    if not isinstance(model, OllamaModel):
        return ""
    for url in addresses(model.options.url):
        known = _digests(url)
        if found := known.get(model.tag) or known.get(f"{model.tag}:latest"):
            return found
    return ""


def forget_digests() -> None:
    """As in a new process: servers are looked at anew."""
    with _lock:
        _looked.clear()


def _digests(url: str) -> dict[str, str]:
    now = time.monotonic()
    with _lock:
        kept = _looked.get(url)
        if kept is not None and now - kept[0] < _FRESH_S:
            return kept[1]
    found = digests_at(url, _LOOK_S)
    with _lock:
        _looked[url] = (now, found)
    return found
