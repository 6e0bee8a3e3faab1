"""Whether a question stands alone or leans on what was asked before.

Taking a question for a follow-up that is none ruins its retrieval, so what is in doubt stands alone;
a language model, where one is connected, may be asked about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.followups.reading import Match, Reading

Leaning = Literal[
    "alone",
    "doubtful",  # alone as far as words tell
    "carry",  # complete, but goes on about the same place or product: "And how do I get an invoice?"
    "follow-up",
]
Sign = Literal[
    "connective", "elliptical", "names-another", "says-nothing-alone", "points-back", "points-there", "condition"
]

_FEW = 3  # words of content that a follow-up has at most, besides what it names
_MORE = 5  # where it begins as follow-ups do
_CARRIES = 4
_OF_A_KIND = {"language": "place", "name": "product"}
_PRONOUN_MAY_FOLLOW = 1  # word: a verb; where more is said before, the pronoun stands for that


@dataclass(frozen=True, slots=True)
class Decision:
    """How far a question leans on earlier ones, and the signs of it."""

    leaning: Leaning
    signs: tuple[Sign, ...] = ()


def decide(question: Reading, earlier: Reading) -> Decision:
    """Whether ``question`` leans on ``earlier``, the question before it in its self-contained form."""
    asks = question.has("questions", "light")
    signs: list[Sign] = ["connective"] if question.marked else []
    if is_courtesy(question):
        return Decision("alone")
    pointing = _points_back(question)
    if pointing:
        signs.append(pointing)
    if not question.content:
        return _without_content(question, earlier, asks, signs)
    if pointing and _is_short(question):
        return Decision("follow-up", tuple(signs))
    if _is_condition(question):
        return Decision("follow-up", (*signs, "condition"))
    if question.marked:
        return _marked(question, signs)
    if "prepositions" in question.begins_with and not asks and not question.subjects and question.content_words <= 2:
        return Decision("follow-up", ("elliptical",))
    short = question.content_words <= 2 and not question.entities
    return Decision("doubtful" if pointing or short else "alone", tuple(signs))


def same_kind(kind: str) -> str:
    """The kind under which a follow-up's entity is looked for in the earlier question."""
    return _OF_A_KIND.get(kind, kind)


def is_courtesy(question: Reading) -> bool:
    """Thanks, a greeting, yes and no, alone or with nothing that asks."""
    if question.entities or not any("courtesies" in match.roles for match in question.matches):
        return False
    rest = [match for match in question.matches if match.start >= question.opening]
    few = 0 if question.marked else 1
    return question.content_words <= few and all(match.roles & {"courtesies", "fillers", "articles"} for match in rest)


def _without_content(question: Reading, earlier: Reading, asks: bool, signs: list[Sign]) -> Decision:
    """Small words alone, or with what is named: "How long?", "And to Spain?", "E-17?"."""
    if question.says_nothing:
        says = Decision("follow-up", (*signs, "says-nothing-alone"))
        return says if asks or {"points-back", "points-there"} & set(signs) else Decision("alone")
    if all(entity.kind == "language" for entity in question.entities):
        return Decision("alone")  # "And in English?" asks for another language
    if question.subjects:
        return _about_a_subject(question, earlier, asks, signs)
    is_place = bool(question.of_kind("place", "customer"))
    if asks and (signs or is_place):
        return Decision("follow-up", (*signs, "says-nothing-alone"))
    is_place = is_place and not question.has("expletives")
    if question.marked or is_place or "prepositions" in question.begins_with or _has_of_kind(earlier, question):
        return Decision("follow-up", (*signs, "names-another" if _has_of_kind(earlier, question) else "elliptical"))
    return Decision("doubtful")


def _about_a_subject(question: Reading, earlier: Reading, asks: bool, signs: list[Sign]) -> Decision:
    another = _has_of_kind(earlier, question)
    if signs and "points-back" in signs:
        return Decision("follow-up", tuple(signs))
    leans = question.marked or another
    if asks:  # "What does E-17 mean?" stands alone, "And how long for the Klara 300?" does not
        leans = question.marked and another and not question.of_kind("code")
    return Decision("follow-up", (*signs, "names-another" if another else "elliptical")) if leans else Decision("alone")


def _marked(question: Reading, signs: list[Sign]) -> Decision:
    """It begins with "and", or ends as follow-ups do, and has words of its own."""
    bare = question.closed or not question.has("light")
    elliptical = bare and (not question.has("questions") or question.content_words <= 1)
    if elliptical and question.content_words <= _FEW:
        return Decision("follow-up", (*signs, "elliptical"))
    if question.content_words <= _CARRIES:
        return Decision("carry", tuple(signs))
    return Decision("doubtful", tuple(signs))


def _is_short(question: Reading) -> bool:
    """Short enough to be about what a pronoun stands for; one that names its subject or place must begin with "and"."""
    if question.marked:
        return question.content_words <= _MORE
    return question.content_words <= _FEW and not question.subjects and not question.of_kind("place")


def _is_condition(question: Reading) -> bool:
    """A condition without what depends on it: "And if I paid by card?"."""
    if "conditions" not in question.begins_with:
        return False
    if "," in question.text[question.opening :] or (question.subjects and not question.marked):
        return False
    return question.content_words <= (_MORE if question.marked else _FEW) and not question.has("questions")


def _points_back(question: Reading) -> Sign | None:
    """Whether a pronoun, "there" or "in that case" needs something that this question does not have."""
    for match in question.matches:
        if match.roles & {"references"}:
            return "points-back"
        if "expletives" in match.roles:
            continue
        if _is_there(match, question) and not question.of_kind("place"):
            return "points-there"
        if question.weight_before(match.start) > _PRONOUN_MAY_FOLLOW:
            continue
        if "pronouns" in match.roles and not any(entity.end <= match.start for entity in question.subjects):
            return "points-back"
        if "demonstratives" in match.roles and not _is_article(match, question):
            return "points-back"
    return None


def _is_article(match: Match, question: Reading) -> bool:
    """Whether a noun follows, or what joins a clause ("that the …")."""
    behind = question.text[match.end :].strip(" ?!.")
    if question.language == "de" and behind.islower() and " " not in behind:
        return False  # a verb: "Kann ich das zurückgeben?"
    following = next((other for other in question.matches if other.start >= match.end), None)
    joins = following is not None and following.start == match.end + 1 and "articles" in following.roles
    return joins or question.is_content_at(match.end)


def _is_there(match: Match, question: Reading) -> bool:
    if "there" in match.roles:
        return True
    behind = [start for start, _end in question.content if start >= match.end]
    return "there_at_end" in match.roles and not behind


def _has_of_kind(earlier: Reading, question: Reading) -> bool:
    """Whether ``earlier`` names something of a kind that ``question`` names, too."""
    kinds = {same_kind(entity.kind) for entity in earlier.entities}
    return any(same_kind(entity.kind) in kinds for entity in question.entities)
