"""What a sentence is framed in, where it mixes languages: "What does 返品期限 mean?" is an English question.

The frame shows in the function words ("what", "does") and particles; what is borrowed are nouns and names.
"""

from __future__ import annotations

import re

from ingest.languages.function_words import every_function_word, function_words, particle_pattern, particles
from ingest.languages.scripts import LANGUAGES_OF, Script, letters_by_script, main_script, only_script
from ingest.languages.words import words

_STRAY = 0.1  # a smaller share of letters than this in another writing is no frame
_QUESTION = 400  # characters: longer texts are told as a whole
_LEAST_OUTSIDE = 2  # words around a quotation, a function word among them, that make a frame

_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_QUOTED = re.compile(
    r"“[^“”]{2,300}”|„[^„“”]{2,300}[“”]|«[^«»]{2,300}»|»[^«»]{2,300}«|‹[^‹›]{2,300}›|\"[^\"]{2,300}\""
    r"|「[^「」]{1,300}」|『[^『』]{1,300}』|(?<!\w)['‘][^'‘’]{2,300}['’](?!\w)"
)


def without_quotations(text: str) -> str:
    """A question without what it quotes, where what is said around the quotation tells its language."""
    if len(text) > _QUESTION:
        return text
    outside = _QUOTED.sub(" ", text)
    if outside == text:
        return text
    around = words(outside)
    is_framed = any(token in every_function_word() for token in around) or any(
        particle_pattern(code).search(outside) for code in particles()
    )
    return outside if is_framed and len(around) >= _LEAST_OUTSIDE else text


def framing_script(text: str) -> Script | None:
    """The writing system of the sentence's frame, or None when ``text`` has no letters of a known one.

    Where Latin letters meet another writing, the one with more function words frames the
    sentence; with as many in both, the one with clearly more letters.
    """
    letters = letters_by_script(text)
    latin = letters["latin"] / max(1, letters.total())
    if not _STRAY < latin < 1 - _STRAY:
        return main_script(text)
    other_text = "".join(only_script(text, script) for script in letters if script != "latin")
    other = main_script(other_text)
    if other is None:
        return "latin"
    in_latin, in_other = _latin_function_words(text), _function_words(text, other)
    if in_latin == in_other:
        return main_script(text)
    return "latin" if in_latin > in_other else other


def _latin_function_words(text: str) -> int:
    """How many words are function words of the Latin-written language that has most of them here."""
    # One letter, or several capitals, are a model's or a company's name as often as a word.
    tokens = [token for token in words(_CAPITALS.sub(" ", only_script(text, "latin"))) if len(token) > 1]
    return max(sum(token in function_words()[code] for token in tokens) for code in LANGUAGES_OF["latin"])


def _function_words(text: str, script: Script) -> int:
    own = only_script(text, script)
    counts = [
        len(particle_pattern(code).findall(text))
        if code in particles()
        else sum(token in function_words()[code] for token in words(own))
        for code in LANGUAGES_OF[script]
    ]
    return max(counts)
