"""A question taken apart: what it names, which of its words say something, and what makes it a follow-up."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.followups.entities import SUBJECTS, Entity, find_entities
from app.followups.lexicon import Lexicon, Role, lexicon
from app.followups.places import is_language

if TYPE_CHECKING:
    import regex

_ONE_APOSTROPHE = str.maketrans(dict.fromkeys("’ʼ‘`´", "'"))
_PARTS = r"[\p{Katakana}ー]+|\p{Han}+|\p{Hiragana}+|[\p{Thai}\p{M}]+|\p{Latin}+"
_DENSE_WORD = {"ja": 2, "zh": 2, "th": 4}  # characters that make about one word


@dataclass(frozen=True, slots=True)
class Match:
    """Words of the lexicon at ``start:end``."""

    roles: frozenset[Role]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A question in composed, single-spaced ``text``, in the language it was read in."""

    text: str
    language: str
    entities: tuple[Entity, ...]
    matches: tuple[Match, ...]
    content: tuple[tuple[int, int], ...]  # where words stand that say something beside the entities
    content_words: float  # how many these are; estimated where words are not separated
    opening: int  # where it begins, behind "and" and "thanks"
    connected: bool  # it begins as follow-ups do
    closed: bool  # it ends as follow-ups do

    @property
    def marked(self) -> bool:
        return self.connected or self.closed

    def has(self, *roles: Role) -> bool:
        """Whether a word is of one of these ``roles``, not counting thanks and connectives at the beginning."""
        return bool(self.matching(*roles))

    def matching(self, *roles: Role) -> list[Match]:
        """Its words that are of one of these ``roles``, not counting thanks and connectives at the beginning."""
        return [match for match in self.matches if match.roles & set(roles) and self._counts(match)]

    def of_kind(self, *kinds: str) -> tuple[Entity, ...]:
        return tuple(entity for entity in self.entities if entity.kind in kinds)

    @property
    def subjects(self) -> tuple[Entity, ...]:
        """What it can be about without a noun beside: products, names, codes."""
        return tuple(entity for entity in self.entities if entity.kind in SUBJECTS)

    @property
    def begins_with(self) -> frozenset[Role]:
        """What its first words may be, behind what opens it."""
        first = next((match for match in self.matches if self._counts(match)), None)
        between = self.text[self.opening : first.start] if first else ""
        return first.roles if first and not any(character.isalnum() for character in between) else frozenset()

    def _counts(self, match: Match) -> bool:
        # Arabic writes "and" onto the next word: وكم is a connective and a question word.
        glued = "connectives" in match.roles and bool(match.roles & {"questions", "prepositions", "conditions"})
        return match.start >= self.opening or glued

    @property
    def says_nothing(self) -> bool:
        """Whether it has neither content nor a name of anything."""
        return not self.content and not self.entities

    @property
    def content_text(self) -> str:
        return " ".join(self.text[start:end] for start, end in self.content)

    def is_content_at(self, at: int) -> bool:
        """Whether the next word from ``at`` on says something."""
        while at < len(self.text) and not self.text[at].isalnum():
            at += 1
        spans = [*self.content, *((entity.start, entity.end) for entity in self.entities)]
        return any(start <= at < end for start, end in spans)

    def weight_before(self, at: int) -> int:
        """How many words or names that say something stand before ``at``."""
        starts = [start for start, _end in self.content] + [entity.start for entity in self.entities]
        return sum(start < at for start in starts)


def read(text: str, language: str) -> Reading:
    """Take ``text`` apart with the words of ``language``."""
    text = " ".join(unicodedata.normalize("NFC", text).translate(_ONE_APOSTROPHE).split())
    words = lexicon(language)
    entities = find_entities(text, language)
    matches = [
        Match(words.roles(found[0]), *found.span())
        for found in words.any.finditer(text)
        if not _is_acronym(found[0], text)
    ]
    entities = _with_customers(text, entities, matches, words)
    entities = [_language_or_place(entity, language) for entity in entities]
    entities += _named_languages(text, language, entities)
    matches = [match for match in matches if not any(_overlap(match, entity) for entity in entities)]
    covered = _covered(len(text), [*matches, *entities])
    content = _content(text, covered, words.spaced)
    opening, connected = _opening(text, words, entities)
    return Reading(
        text=text,
        language=language,
        entities=tuple(entities),
        matches=tuple(matches),
        content=tuple(content),
        content_words=_weight(text, content, language),
        opening=opening,
        connected=connected,
        closed=words.closing.search(text) is not None,
    )


def _is_acronym(word: str, text: str) -> bool:
    """IT is no "it"; in a text all of capitals it may be."""
    return len(word) > 1 and word.isupper() and word.isascii() and not text.isupper()


def _with_customers(text: str, entities: list[Entity], matches: list[Match], words: Lexicon) -> list[Entity]:
    customers = [
        Entity("customer", words.customer(named), match.start, match.end, named)
        for match in matches
        if "customers" in match.roles and (named := text[match.start : match.end])
    ]
    kept = [entity for entity in entities if entity.kind != "name" or not any(_overlap(entity, c) for c in customers)]
    free = [customer for customer in customers if not any(_overlap(customer, entity) for entity in kept)]
    return sorted([*kept, *free], key=lambda entity: entity.start)


def _language_or_place(entity: Entity, language: str) -> Entity:
    if entity.kind in ("place", "name") and is_language(entity.text, entity.key, language):
        return Entity("language", entity.key, entity.start, entity.end, entity.text)
    return entity


def _named_languages(text: str, language: str, known: list[Entity]) -> list[Entity]:
    """Languages that are no country's people besides, or are written small: "en inglés"."""
    import regex

    words = [
        Entity("language", word[0].casefold(), word.start(), word.end(), word[0])
        for word in regex.finditer(r"\p{L}[\p{L}\p{M}]{3,}", text)
        if is_language(word[0], "", language)
    ]
    return [word for word in words if not any(_overlap(word, entity) for entity in known)]


def _overlap(one: Match | Entity, other: Match | Entity) -> bool:
    return one.start < other.end and other.start < one.end


def _covered(length: int, spans: list[Match | Entity]) -> bytearray:
    covered = bytearray(length)
    for span in spans:
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    return covered


def _content(text: str, covered: bytearray, spaced: bool) -> list[tuple[int, int]]:
    """Words without a covered letter; where words are not separated, runs of letters that are not covered."""
    import regex

    if spaced:
        words = regex.finditer(r"\p{L}[\p{L}\p{M}\p{N}]*", text)
        return [word.span() for word in words if not any(covered[word.start() : word.end()])]
    bare = "".join(" " if covered[at] else character for at, character in enumerate(text))
    return [run.span() for run in regex.finditer(r"[\p{L}\p{M}]+", bare)]


def _weight(text: str, content: list[tuple[int, int]], language: str) -> float:
    import regex

    size = _DENSE_WORD.get(language)
    if size is None:
        return len(content)
    weight = 0.0
    for start, end in content:
        for part in regex.findall(_PARTS, text[start:end]):
            if regex.match(r"[\p{Katakana}\p{Latin}]", part):
                weight += 1.0
            elif not regex.fullmatch(r"\p{Hiragana}{1,2}", part):  # an ending
                weight += max(0.5, len(part) / size)
    return weight


def _opening(text: str, words: Lexicon, entities: list[Entity]) -> tuple[int, bool]:
    """Where the question begins behind thanks and connectives, and whether there was a connective."""
    at, connected = 0, False
    while True:
        start = _next_word(text, at)
        found: regex.Match[str] | None = words.connective.match(text, start)
        if found is None or any(start < entity.end and entity.start < found.end() for entity in entities):
            return start, connected
        connected = connected or "connectives" in words.roles(found[0])
        at = found.end()


def _next_word(text: str, at: int) -> int:
    while at < len(text) and not text[at].isalnum():
        at += 1
    return at
