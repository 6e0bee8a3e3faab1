"""Which language a text is in.

The writing system settles most of the world's languages. The rest are told apart word by word
(:mod:`ingest.languages.word_model`): each word votes with its probability of being each language's, and
no vote is certain, because any sentence may borrow a word. Function words, which are borrowed
least, count twice. What was measured is in ``eval/NOTES.md``.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from ingest.languages import scripts
from ingest.languages.cleaning import without_names_and_codes
from ingest.languages.frames import framing_script, without_quotations
from ingest.languages.function_words import every_function_word
from ingest.languages.word_model import word_model
from ingest.languages.words import words

UNDETERMINED = "und"
LANGUAGES: tuple[str, ...] = tuple(dict.fromkeys(code for codes in scripts.LANGUAGES_OF.values() for code in codes))

_MAX_CHARACTERS = 1_000  # more changes no answer and costs time
_BORROWED = 0.1  # probability that a word is not of the sentence's language
_WEIGHT_OF_FUNCTION_WORD = 2.0
# How much the language of the conversation counts against the text, in nats: a doubtful text does
# not turn the conversation, and a single word only when it is plainly of another language.
_PRIOR_OF_CONVERSATION = 1.5
_PRIOR_FOR_ONE_WORD = 3.5
_LIKELY, _PLAIN = 0.5, 0.9  # a single word of this confidence is no mere name, in the same writing and in another
_SETTLED_HAN, _OPEN_HAN = 6.0, 1.0  # nats in favour of the likelier of Chinese and Japanese


@dataclass(frozen=True, slots=True)
class Identified:
    """An ISO 639-1 code (``und`` when no letter is of a known script) and the probability, 0 to 1, that it is right."""

    language: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a text says of its language: log scores (nats, up to a constant), empty when it has no letters."""

    script: scripts.Script | None
    words: int
    scores: dict[str, float]


def identify(text: str, candidates: Collection[str] | None = None) -> Identified:
    """The language ``text`` is in, or that frames it where it borrows from others.

    :param candidates: the languages that can occur; one that the writing system rules out is
        not forced on the text.
    :raises ingest.errors.IngestUserError: a data file of this package is missing or damaged.
    """
    return _best(_evidence(text, candidates).scores)


def identify_question(text: str, fallback: str, candidates: Collection[str] | None = None) -> Identified:
    """The language to answer in: that of ``text`` where it is clear, else the conversation's.

    "OK", "Lumo R2" or "E-17?" stay in the ``fallback`` language; "Rückgabefrist?" is German in any
    conversation; "What does “Rückgabefrist” mean?" is English. The confidence is 0.0 where the text says nothing.
    """
    evidence = _evidence(without_quotations(text[:_MAX_CHARACTERS]), candidates)
    if not evidence.scores:
        return Identified(fallback, 0.0)
    scores, is_one_word = dict(evidence.scores), evidence.words <= 1
    if fallback in scores:
        scores[fallback] += _PRIOR_FOR_ONE_WORD if is_one_word else _PRIOR_OF_CONVERSATION
        found = _best(scores)
        return Identified(fallback, 0.0) if is_one_word and found.confidence < _LIKELY else found
    found = _best(scores)
    # Names and loan words are written in Latin letters in the midst of any other writing.
    if evidence.script == "latin" and is_one_word and found.confidence < _PLAIN:
        return Identified(fallback, 0.0)
    return found


def _best(scores: dict[str, float]) -> Identified:
    if not scores:
        return Identified(UNDETERMINED, 0.0)
    best = max(scores, key=lambda language: scores[language])
    total = sum(math.exp(score - scores[best]) for score in scores.values())
    return Identified(best, 1 / total)


def _evidence(text: str, candidates: Collection[str] | None) -> _Evidence:
    cleaned = without_names_and_codes(text[:_MAX_CHARACTERS])
    script = framing_script(cleaned)
    if script is None:
        return _Evidence(None, 0, {})
    possible: tuple[str, ...] = scripts.LANGUAGES_OF[script]
    if candidates is not None:
        possible = tuple(code for code in possible if code in candidates) or possible
    if script == "han":
        likelier, settled = scripts.language_of_han(cleaned)
        lead = _SETTLED_HAN if settled else _OPEN_HAN
        return _Evidence(script, 0, {code: lead if code == likelier else 0.0 for code in possible})
    if len(possible) == 1:
        return _Evidence(script, 0, {possible[0]: 0.0})
    tokens = words(scripts.only_script(cleaned, script))
    return _Evidence(script, len(tokens), _votes(tokens, script, possible))


def _votes(tokens: list[str], script: scripts.Script, possible: tuple[str, ...]) -> dict[str, float]:
    """Log probability that the words are a sentence of each language, some of them borrowed from the others."""
    import numpy as np

    model = word_model(script)
    logits = model.logits(tokens)[:, [model.languages.index(code) for code in possible]]
    likelihoods = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    votes = np.log((1 - _BORROWED) * probabilities + _BORROWED / len(possible))
    weights = [_WEIGHT_OF_FUNCTION_WORD if token in every_function_word() else 1.0 for token in tokens]
    return dict(zip(possible, (np.array(weights) @ votes).tolist(), strict=True))
