"""A stand-in tokenizer for scripted replies: deterministic, reversible, about the size of a real one.

A Chinese, Japanese or Korean character is one token; anything else is cut
into pieces of up to four characters, which is near what Llama's tokenizer
makes of English. ``"".join(split(text)) == text`` always holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.support.ollama.messages import Message

TOKENS_PER_MESSAGE = 4  # role and the marks around a message
TOKENS_TO_OPEN_REPLY = 3  # the assistant's opening mark

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(f"[{_CJK}]|[^{_CJK}]{{1,4}}", re.DOTALL)


def split(text: str) -> list[str]:
    """The tokens of ``text``, in order."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """The number of tokens in ``text``."""
    return len(split(text))


def count_chat(messages: Sequence[Message]) -> int:
    """The number of tokens in a whole prompt made of ``messages``."""
    return TOKENS_TO_OPEN_REPLY + sum(TOKENS_PER_MESSAGE + count(message.content) for message in messages)
