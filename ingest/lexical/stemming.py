"""The stem of an inflected word, by the Snowball algorithms (https://snowballstem.org)."""

from __future__ import annotations

from collections.abc import Sequence

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip
LONGEST_WORD = 64  # letters; what is longer is no word, and a stemmer's time grows with it


def stems(words: Sequence[str], language: str) -> list[str]:
    """The stem of each word (caseless, accents kept); the word itself in a language without an algorithm."""
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return list(words)
    # A stemmer serves one thread, and takes half a microsecond to make.
    from Stemmer import Stemmer  # type: ignore[import-not-found]  # the package PyStemmer ships no type hints

    return list(Stemmer(algorithm, 0).stemWords(list(words)))
