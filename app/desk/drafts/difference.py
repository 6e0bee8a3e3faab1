"""What an agent changed between a draft and what was sent, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from pydantic import BaseModel, ConfigDict

from app.desk.drafts.reviewing import written_sentences

_SAME_SENTENCE = 0.5  # likeness of two sentences from which one is taken for the other, changed


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Changed(_Frozen):
    """A sentence as it was drafted and as it was sent."""

    old: str
    new: str


class Said(_Frozen):
    """A sentence that stands in one of the two alone."""

    text: str


class Difference(_Frozen):
    """Between a draft and what was sent.

    :param edit_share: of the characters of both that have no counterpart: 0 where nothing, 1 where all was changed.
    """

    kept: int
    changed: tuple[Changed, ...] = ()
    added: tuple[Said, ...] = ()
    removed: tuple[Said, ...] = ()
    edit_share: float


def difference(drafted: str, sent: str) -> Difference:
    """What became of each sentence."""
    before, after = written_sentences(drafted), written_sentences(sent)
    kept, removed, added = _kept(before, after)
    changed: list[Changed] = []
    for old in list(removed):
        likeness = {new: _matcher(old, new).ratio() for new in added}
        nearest = max(likeness, key=lambda new: likeness[new], default="")
        if nearest and likeness[nearest] >= _SAME_SENTENCE:
            changed.append(Changed(old=old, new=nearest))
            removed.remove(old)
            added.remove(nearest)
    characters = sum(map(len, (*before, *after)))
    alike = 2 * sum(len(each) for each in kept) + 2 * sum(_matching(each.old, each.new) for each in changed)
    return Difference(
        kept=len(kept),
        changed=tuple(changed),
        added=tuple(Said(text=each) for each in added),
        removed=tuple(Said(text=each) for each in removed),
        edit_share=round(1 - alike / characters, 3) if characters else 0.0,
    )


def _kept(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Sentences of both, of the first alone, of the second alone; one that moved is kept."""
    left = list(after)
    kept, removed = [], []
    for sentence in before:
        if sentence in left:
            left.remove(sentence)
            kept.append(sentence)
        else:
            removed.append(sentence)
    return kept, removed, left


def _matcher(one: str, other: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, one, other, autojunk=False)


def _matching(one: str, other: str) -> int:
    return sum(block.size for block in _matcher(one, other).get_matching_blocks())
