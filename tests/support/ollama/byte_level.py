"""The bytes behind a token of a byte-level BPE vocabulary (GPT-2's, which SmolLM2 uses).

Such a vocabulary writes every byte as a printable character; a token may end
in the middle of a character, so bytes are what has to be put together.
Source: ``bytes_to_unicode`` in ``encoder.py`` of openai/gpt-2.
"""

from __future__ import annotations

from functools import cache


def token_bytes(written: str) -> bytes:
    """The bytes of a token as its vocabulary writes it; characters outside the alphabet stay themselves."""
    alphabet = _alphabet()
    return b"".join(bytes([alphabet[char]]) if char in alphabet else char.encode() for char in written)


@cache
def _alphabet() -> dict[str, int]:
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(rest)}
