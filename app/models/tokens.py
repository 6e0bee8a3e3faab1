"""Bounds on a prompt's tokens without the model's own tokenizer."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+|[^\w\s]")
# Scripts that are written without spaces, or that a small vocabulary cuts finely.
_DENSE = re.compile(r"[\u0590-\u0dff\u0e00-\u0fff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def least_tokens(text: str) -> int:
    """A lower bound: byte-pair vocabularies do not join words, but they do join a run of punctuation or of Han.

    Half of the words and marks is below what any Mistral or Llama vocabulary needs.
    """
    spaced = _DENSE.sub(" ", text)
    return len(_WORD.findall(spaced)) // 2 + len(_DENSE.findall(text)) // 6


def most_tokens(text: str) -> int:
    """A cautious estimate, for budgeting: 2.6 characters a token, and 1.5 tokens a character of a dense script.

    It is an estimate: what the server says it read is compared with the context afterwards.
    """
    dense = len(_DENSE.findall(text))
    return int((len(text) - dense) / 2.6 + dense * 1.5) + 8
