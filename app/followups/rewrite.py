"""Make a follow-up self-contained from the question before it, without a language model.

What the follow-up names takes the place of what the earlier question names of that kind; where it
says more, the two are joined. Measured against asking it alone: tests/app/followups/comparison.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.answers import Replacement
from app.followups.detect import same_kind
from app.followups.entities import Entity
from app.followups.lexicon import lexicon
from app.followups.places import name_in
from app.followups.reading import Match, Reading
from guardrails.tokens import coverage

_ORDER = re.compile(r"(?<![A-Z0-9-])[A-Z]{2,4}-([A-Z]{2})-\d{4,}(?![\w-])")
_NO_SPACE_BETWEEN = frozenset({"ja", "zh"})


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A self-contained question, and the language most of it is in."""

    text: str
    language: str
    how: Literal["substituted", "joined", "carried"]
    replaced: tuple[Replacement, ...] = ()


def follow(question: Reading, earlier: Reading) -> Rewritten:
    """The earlier question about what ``question`` names, or both together."""
    pairs = _pairs(question, earlier)
    text = _with_replacements(question, earlier, pairs)
    replaced = tuple(
        Replacement(kind=same_kind(old.kind), old=old.text, new=_new_text(new, question, earlier)) for new, old in pairs
    )
    left = [entity for entity in question.entities if not any(entity is new for new, _old in pairs)]
    if pairs and not left and _is_said(question, earlier):
        return Rewritten(text, earlier.language, "substituted", replaced)
    addition = question.text
    if question.language != earlier.language and not question.content and not question.has("questions", "light"):
        addition = " ".join(_new_text(entity, question, earlier) for entity in question.entities) or question.text
    return Rewritten(_joined(text, addition, earlier.language), earlier.language, "joined", replaced)


def carry(question: Reading, earlier: Reading) -> Rewritten | None:
    """``question`` with the one place, and the one product, that the earlier question names and it does not.

    None when there is none, or more than one.
    """
    carried = []
    for kinds in (("place", "language"), ("product", "name", "code")):
        named = {entity.key: entity for entity in earlier.of_kind(*kinds)}
        if len(named) == 1 and not question.of_kind(*kinds):
            (entity,) = named.values()
            name = _new_text(entity, earlier, question)
            carried.append(Replacement(kind=same_kind(entity.kind), old="", new=name))
    if not carried:
        return None
    added = "（{}）" if question.language in _NO_SPACE_BETWEEN else " ({})"
    text = question.text + added.format(", ".join(replacement.new for replacement in carried))
    return Rewritten(text, question.language, "carried", tuple(carried))


def _pairs(question: Reading, earlier: Reading) -> list[tuple[Entity, Entity]]:
    """Each entity of the follow-up with the one of its kind that it replaces."""
    pairs: list[tuple[Entity, Entity]] = []
    for kind in dict.fromkeys(same_kind(entity.kind) for entity in question.entities):
        mine = [entity for entity in question.entities if same_kind(entity.kind) == kind]
        theirs = [entity for entity in earlier.entities if same_kind(entity.kind) == kind]
        if len(mine) == 1 and (old := _replaceable(mine[0], theirs, question, earlier)):
            pairs.append((mine[0], old))
    return pairs


def _replaceable(new: Entity, candidates: list[Entity], question: Reading, earlier: Reading) -> Entity | None:
    if len(candidates) > 1:  # "from Germany to Switzerland" and then "to Austria"
        lead = _lead_words(question, new).split()[:1]
        candidates = [old for old in candidates if lead and _lead_words(earlier, old).split()[:1] == lead]
    if len(candidates) != 1:
        return None
    (old,) = candidates
    if new.kind == old.kind == "name" and _lead_words(question, new) != _lead_words(earlier, old):
        return None  # "at Merova" and then "by PayPal" are no two of a kind
    return old


def _lead(reading: Reading, entity: Entity) -> tuple[int | None, int]:
    """Where the preposition and where the article right before an entity begin.

    None without a preposition; the entity's own start without an article.
    """
    at, preposition, article = entity.start, None, entity.start
    for match in reversed([match for match in reading.matches if match.end <= entity.start]):
        if reading.text[match.end : at].strip(" '") or (match.start < reading.opening and not _is_glued(match)):
            break
        if "prepositions" in match.roles:
            preposition = match.start
            break
        if "articles" not in match.roles or article != entity.start:
            break
        at = article = match.start
    return preposition, article


def _is_glued(match: Match) -> bool:
    """An Arabic preposition with "and" written onto it."""
    return match.roles >= {"connectives", "prepositions"}


def _lead_words(reading: Reading, entity: Entity) -> str:
    preposition, article = _lead(reading, entity)
    return reading.text[article if preposition is None else preposition : entity.start].casefold()


def _with_replacements(question: Reading, earlier: Reading, pairs: list[tuple[Entity, Entity]]) -> str:
    text = earlier.text
    for new, old in sorted(pairs, key=lambda pair: -pair[1].start):
        start, lead, written = old.start, "", _new_text(new, question, earlier)
        if question.language == earlier.language:
            start, lead = _lead_of_both(question, new, earlier, old)
        written = _cased(lead, written, text[:start])
        text = text[:start] + written + _without(written, text[old.end :])
    if any(same_kind(new.kind) == "place" for new, _old in pairs):
        countries = {new.key for new, _old in pairs}
        text = _ORDER.sub(lambda order: order[0] if order[1] in countries else "", text)
    return " ".join(text.split())


def _lead_of_both(question: Reading, new: Entity, earlier: Reading, old: Entity) -> tuple[int, str]:
    """From where on to replace, and what comes first: "in die" for "nach" where both have a preposition."""
    (mine, my_article), (theirs, their_article) = _lead(question, new), _lead(earlier, old)
    if mine is not None and theirs is not None:
        lead = question.text[mine : new.start]
        return theirs, lead.removeprefix("و") if question.language == "ar" else lead
    return their_article, question.text[my_article : new.start]


def _cased(lead: str, name: str, before: str) -> str:
    """Small words in capitals at the beginning of the question alone."""
    if not before.strip(" ¿¡"):
        return (lead + name)[0].upper() + (lead + name)[1:]
    return lead[:1].lower() + lead[1:] + name


def _without(written: str, behind: str) -> str:
    """``behind`` without the word that ``written`` ends with: "Polish customers" for "German" before "customers"."""
    last = written.rpartition(" ")[2].casefold()
    following = behind.lstrip()
    if " " in written and following.casefold().startswith(last) and not following[len(last) : len(last) + 1].isalnum():
        return following[len(last) :]
    return behind


def _new_text(entity: Entity, own: Reading, other: Reading) -> str:
    """What to write for ``entity`` of ``own`` in the language of ``other``."""
    if entity.kind in ("place", "language"):
        return name_in(entity.key, entity.text, own.language, other.language)
    if entity.kind == "customer" and own.language != other.language:
        return lexicon(other.language).customer_name(entity.key) or entity.text
    return entity.text


def _is_said(question: Reading, earlier: Reading) -> bool:
    """Whether the earlier question has all that the follow-up says beside its names: "And Polish customers?"."""
    if not _asking_words(question) <= _asking_words(earlier) or question.has("conditions"):
        return False
    if not question.content:
        return True
    return (
        question.language == earlier.language and coverage(question.content_text, earlier.text, earlier.language) == 1.0
    )


def _asking_words(reading: Reading) -> set[str]:
    return {reading.text[match.start : match.end].casefold() for match in reading.matching("questions", "light")}


def _joined(earlier: str, addition: str, language: str) -> str:
    ended = earlier if earlier[-1:] in "?!.？！。؟।" or language == "th" else f"{earlier}."
    return ended + ("" if language in _NO_SPACE_BETWEEN else " ") + addition
