"""Whether two questions in one language ask the same: the gate of every answer that is given again.

It is built to miss rather than to mistake. Vectors alone cannot tell 30 days from 14: their likeness has to be high,
every token of either question needs its like in the other (the measure that the grounding gate uses), and what turns
a meaning is compared by rules, the same that hold sentences against passages.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.followups.entities import Kind
from app.followups.lexicon import has_lexicon
from app.followups.reading import Reading, read
from app.retrieval.asked_vectors import asked_vectors
from app.retrieval.validity import countries_named
from guardrails.entailment.lexicon import languages
from guardrails.entailment.said import Said, said
from guardrails.folding import primary_language
from guardrails.quantities import Quantity, unmatched
from ingest.embedding.centring import CentredEmbedder
from ingest.lexical.terms import entry_terms

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

# Measured on eval/same_questions.yaml: of twins that no rule tells apart, such as black and brown shoes, none has all
# of its tokens nearer than 0.68.
LEAST_COSINE = 0.9
_LEAST_TOKEN = 0.72
_LEAST_TOKEN_UNSPACED = 0.8  # a token is a whole word there, or more
_UNSPACED = frozenset({"ja", "th", "zh"})
_TURNING = ("must", "only", "except", "all")  # groups of cues that one of the questions must not have alone
_NAMED: tuple[Kind, ...] = ("product", "name", "code", "date", "time", "language", "customer")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, eq=False)
class Wording:
    """A question taken apart once, to be held against several others."""

    text: str
    language: str
    reading: Reading
    said: Said
    vector: Vectors  # shape (dimension,)
    tokens: Vectors  # shape (tokens, dimension), rows of length 1

    @classmethod
    def of(cls, text: str, language: str, embedder: CentredEmbedder) -> Wording:
        """With the vectors of ``embedder``, the one that both questions have to be seen by."""
        vector, tokens = asked_vectors(text, language, embedder)
        return cls(text, language, read(text, language), said(text, language), vector, tokens)


def difference(one: Wording, other: Wording) -> str:
    """What tells the questions apart, a stable code; empty where they ask the same."""
    if same_words(one.text, other.text):
        return ""
    for code, differ in _RULES:
        if differ(one, other):
            return code
    return ""


def same_words(one: str, other: str) -> bool:
    """Whether they differ in case, spaces and the marks at the end alone."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(" .!?¿¡。！？؟")


def _language(one: Wording, other: Wording) -> bool:
    """Where a language's negations and question words are not known, only the very same words ask the same."""
    language = primary_language(one.language)
    return language != primary_language(other.language) or not (language in languages() and has_lexicon(language))


def _quantities(one: Wording, other: Wording) -> bool:
    """Numbers, amounts, durations, dates, codes: each of either has to be among the other's, in the same order."""
    mine, theirs = one.said.quantities, other.said.quantities
    if _digits(one.text) != _digits(other.text) or unmatched(mine, theirs) or unmatched(theirs, mine):
        return True
    return len(mine) != len(theirs) or any(map(_apart, mine, theirs))


def _apart(mine: Quantity, theirs: Quantity) -> bool:
    return bool(unmatched([mine], [theirs]))


def _digits(text: str) -> list[str]:
    """In their order, whichever digits a writing has."""
    return [str(int(found)) for found in _DIGITS.findall(text)]


def _countries(one: Wording, other: Wording) -> bool:
    places = [[each.key for each in wording.reading.of_kind("place")] for wording in (one, other)]
    named = [countries_named(wording.text, wording.language) for wording in (one, other)]
    return places[0] != places[1] or named[0] != named[1] or one.said.territories != other.said.territories


def _names(one: Wording, other: Wording) -> bool:
    """Names by capitals are none at the start of a sentence: it is enough that the other question has the word."""
    for mine, theirs in ((one, other), (other, one)):
        words = theirs.text.casefold()
        if any(each.key not in words for each in mine.reading.of_kind(*_NAMED)):
            return True
    return False


def _negation(one: Wording, other: Wording) -> bool:
    return one.said.says("neg", "deny") != other.said.says("neg", "deny")


def _turned(one: Wording, other: Wording) -> bool:
    """A duty, a limit, an exception, or one side of what there are two of: before and after, online and in a shop."""
    if any(one.said.says(group) != other.said.says(group) for group in _TURNING):
        return True
    return any(one.said.values(name) != other.said.values(name) for name in one.said.contrasts | other.said.contrasts)


def _asked_for(one: Wording, other: Wording) -> bool:
    """Who, when, how much: question words of which each has one that the other has not."""
    mine, theirs = (_question_words(wording.reading) for wording in (one, other))
    return not (mine <= theirs or theirs <= mine)


def _question_words(reading: Reading) -> set[str]:
    return {reading.text[match.start : match.end].casefold() for match in reading.matching("questions")}


def _order(one: Wording, other: Wording) -> bool:
    """A kettle for a toaster is no toaster for a kettle, though no word and hardly a vector differs."""
    mine, theirs = (_content(wording) for wording in (one, other))
    shared = {word for word in mine if mine.count(word) == theirs.count(word) == 1}
    return [word for word in mine if word in shared] != [word for word in theirs if word in shared]


def _content(wording: Wording) -> list[str]:
    """Stems of the words that say something, in their order; pairs of characters where no spaces part words."""
    reading = wording.reading
    runs = [reading.text[start:end] for start, end in reading.content]
    terms = [term for run in runs for term in entry_terms(run, wording.language)[0]]
    if primary_language(wording.language) in _UNSPACED:
        return [term for term in terms if len(term.partition(":")[2]) > 1]
    return terms


def _vectors(one: Wording, other: Wording) -> bool:
    return float(one.vector @ other.vector) < LEAST_COSINE


def _tokens(one: Wording, other: Wording) -> bool:
    """A token without its like in the other question says something that is not asked there."""
    likeness = one.tokens @ other.tokens.T
    least = float(min(likeness.max(axis=0).min(), likeness.max(axis=1).min()))
    unspaced = primary_language(one.language) in _UNSPACED
    return least < (_LEAST_TOKEN_UNSPACED if unspaced else _LEAST_TOKEN)


_RULES = (
    ("language", _language),
    ("quantities", _quantities),
    ("countries", _countries),
    ("names", _names),
    ("negation", _negation),
    ("turned", _turned),
    ("asked-for", _asked_for),
    ("order", _order),
    ("vectors", _vectors),
    ("tokens", _tokens),
)
