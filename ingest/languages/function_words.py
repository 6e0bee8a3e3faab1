"""The words that make a sentence's frame in each language, as opposed to those it borrows.

``function_words.json`` holds the most frequent words of each language that parts them by spaces (from
wordfreq, CC BY-SA 4.0; written by ``python -m eval.fit_language --write``). ``particles.json`` holds, by hand,
what does their work in the others: pieces of text in Chinese, Japanese and Thai, endings of words in Korean.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from ingest.errors import IngestUserError

FUNCTION_WORDS = Path(__file__).with_name("function_words.json")
PARTICLES = Path(__file__).with_name("particles.json")


@cache
def function_words() -> dict[str, frozenset[str]]:
    """By language, lower-case words without apostrophes.

    :raises IngestUserError: the file is missing or malformed.
    """
    return {language: frozenset(found) for language, found in _read(FUNCTION_WORDS).items()}


@cache
def every_function_word() -> frozenset[str]:
    return frozenset().union(*function_words().values())


@cache
def particles() -> dict[str, list[str]]:
    """Of ``ja``, ``zh`` and ``th`` anywhere in a text, of ``ko`` at the end of a word.

    :raises IngestUserError: the file is missing or malformed.
    """
    return _read(PARTICLES)


@cache
def particle_pattern(language: str) -> re.Pattern[str]:
    """Finds the particles of ``language``, the longest first."""
    longest_first = sorted(particles()[language], key=len, reverse=True)
    choice = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?:{choice})(?!\w)" if language == "ko" else choice)


def _read(file: Path) -> dict[str, list[str]]:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise IngestUserError(f"{file.name}: cannot be read ({error}); install the package again") from error
    # No pydantic: telling a language has to be ready within milliseconds.
    if not isinstance(content, dict):
        raise IngestUserError(f"{file.name}: lists of words by language are expected; install the package again")
    for language, found in content.items():
        if not (isinstance(found, list) and found and all(isinstance(word, str) and word for word in found)):
            raise IngestUserError(f"{file.name}: {language}: a list of words is expected; install the package again")
    return content
