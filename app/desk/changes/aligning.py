"""Which lines of a new version say what which lines of the old one said."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.desk.changes.likeness import LEAST, EmbedLines, likenesses
from app.desk.changes.lines import Line
from app.desk.changes.marks import tokens
from app.desk.changes.normal import same

_MOST_JOINED = 4  # sentences that one was cut into
_HELD = 0.6  # share of a sentence's words that the other version has beside those it was held against


@dataclass(frozen=True)
class Pairing:
    """Lines of the old version that became those of the new one; one side is empty for what came or went.

    ``says_the_same`` is true for a line that stands elsewhere now.
    """

    old: tuple[Line, ...]
    new: tuple[Line, ...]
    says_the_same: bool = False


def align(old: Sequence[Line], new: Sequence[Line], embed: EmbedLines | None = None) -> list[Pairing]:
    """What is not the same in both versions, in the order of the new one; what went stands where it was.

    :param embed: centred vectors, where words alone do not tell.
    """
    work = _Alignment(old, new)
    work.match_in_place()
    work.match_moved()
    work.match_cut_and_joined()
    work.match_alike(embed)
    work.join_pieces()
    return work.pairings()


class _Alignment:
    """The lines that are not accounted for yet, by their places; every step takes some away."""

    def __init__(self, old: Sequence[Line], new: Sequence[Line]) -> None:
        self._old, self._new = old, new
        classes: dict[str, list[tuple[Line, int]]] = {}
        self._old_class = [_class_of(line, classes) for line in old]
        self._new_class = [_class_of(line, classes) for line in new]
        self._left_old, self._left_new = list(range(len(old))), list(range(len(new)))
        self._place: dict[int, int] = {}  # of an old line that is accounted for: its new place
        self._found: list[tuple[tuple[int, ...], tuple[int, ...], bool]] = []

    def match_in_place(self) -> None:
        """Lines that say the same under the same heading, in the same order."""
        before = [(of, _leaf(line)) for of, line in zip(self._old_class, self._old, strict=True)]
        after = [(of, _leaf(line)) for of, line in zip(self._new_class, self._new, strict=True)]
        for a, b, size in difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
            self._take(range(a, a + size), range(b, b + size))
        # What stands in another order under its heading: a section that moved is there line by line.
        waiting: dict[object, list[int]] = {}
        for at in self._left_new:
            waiting.setdefault(after[at], []).append(at)
        for at in list(self._left_old):
            if places := waiting.get(before[at]):
                self._take([at], [places.pop(0)])

    def match_moved(self) -> None:
        """Lines that say the same under another heading."""
        waiting: dict[int, list[int]] = {}
        for at in self._left_new:
            waiting.setdefault(self._new_class[at], []).append(at)
        for at in list(self._left_old):
            if places := waiting.get(self._old_class[at]):
                place = places.pop(0)
                self._take([at], [place])
                self._found.append(((at,), (place,), True))

    def match_cut_and_joined(self) -> None:
        """A sentence that is two now, or two that are one, with no other words."""
        for at in list(self._left_old):
            self._joined(self._old[at], at, self._new, self._left_new, turned=False)
        for at in list(self._left_new):
            self._joined(self._new[at], at, self._old, self._left_old, turned=True)

    def match_alike(self, embed: EmbedLines | None) -> None:
        """What is most alike first, each line once."""
        old, new = [self._old[at] for at in self._left_old], [self._new[at] for at in self._left_new]
        if not old or not new:
            return
        rated = likenesses(old, new, embed)
        drifts = {a: self._drift(a, 0) for a in self._left_old}
        best = sorted(
            ((round(score, 2), -abs(drifts[a] + b), a, b))
            for i, a in enumerate(self._left_old)
            for j, b in enumerate(self._left_new)
            if (score := rated[i][j]) >= LEAST
        )
        for _score, _drift, a, b in reversed(best):
            if a in self._left_old and b in self._left_new:
                self._take([a], [b])
                self._found.append(((a,), (b,), False))

    def join_pieces(self) -> None:
        """A sentence that was cut in two with other words: the second half belongs to it, and is no new rule."""
        for at, (old, new, says_the_same) in enumerate(self._found):
            if says_the_same:
                continue
            new = self._with_neighbours(new, old, self._new, self._old, self._left_new)
            old = self._with_neighbours(old, new, self._old, self._new, self._left_old)
            self._found[at] = (old, new, False)

    def pairings(self) -> list[Pairing]:
        """All that is not the same, by place in the new version."""
        found = [*self._found, *(((at,), (), False) for at in self._left_old if not self._is_said(at))]
        found += [((), (at,), False) for at in self._left_new]
        pairs = [
            (self._position(old, new), Pairing(_of(self._old, old), _of(self._new, new), same))
            for old, new, same in found
        ]
        return [pairing for _, pairing in sorted(pairs, key=lambda each: each[0])]

    def _take(self, old: Iterable[int], new: Iterable[int]) -> None:
        for a, b in zip(old, new, strict=True):
            self._left_old.remove(a)
            self._left_new.remove(b)
            self._place[a] = b

    def _joined(self, whole: Line, at: int, others: Sequence[Line], left: list[int], turned: bool) -> None:
        """Take ``whole`` away with the neighbouring lines that say the same together."""
        free, letters = set(left), whole.normal.letters
        for start in left:
            said = others[start].normal.letters
            for size in range(2, _MOST_JOINED + 1):
                places = range(start, start + size)
                if places[-1] not in free or not letters.startswith(said):
                    break
                said += others[places[-1]].normal.letters
                if said == letters and same([whole.normal], [others[place].normal for place in places]):
                    (self._left_new if turned else self._left_old).remove(at)
                    for place in places:
                        left.remove(place)
                    if not turned:
                        self._place[at] = start
                    return

    def _with_neighbours(
        self,
        places: tuple[int, ...],
        against: tuple[int, ...],
        lines: Sequence[Line],
        others: Sequence[Line],
        left: list[int],
    ) -> tuple[int, ...]:
        wanted = [token.key for at in against for token in tokens(others[at].text, others[at].language)]
        had = [token.key for at in places for token in tokens(lines[at].text, lines[at].language)]
        for key in had:
            if key in wanted:
                wanted.remove(key)
        for at in (places[-1] + 1, places[0] - 1):
            if at in left and lines[at].kind == "sentence":
                words = [token.key for token in tokens(lines[at].text, lines[at].language)]
                if words and sum(word in wanted for word in words) / len(words) >= _HELD:
                    left.remove(at)
                    return tuple(sorted((*places, at)))
        return places

    def _is_said(self, at: int) -> bool:
        """Whether the new version says an old line still, once less often, under the same heading."""
        wanted, heading = self._old_class[at], _leaf(self._old[at])
        return any(of == wanted and _leaf(line) == heading for of, line in zip(self._new_class, self._new, strict=True))

    def _drift(self, old: int, new: int) -> int:
        """How far a new line is from where the old one would be, going by the line before it that is accounted for."""
        before = next((at for at in range(old - 1, -1, -1) if at in self._place), None)
        return new - (old if before is None else self._place[before] + old - before)

    def _after(self, old: int) -> int:
        before = next((self._place[at] for at in range(old - 1, -1, -1) if at in self._place), -1)
        return before + 1

    def _position(self, old: tuple[int, ...], new: tuple[int, ...]) -> float:
        return float(new[0]) if new else self._after(old[0]) - 0.5


def _class_of(line: Line, classes: dict[str, list[tuple[Line, int]]]) -> int:
    """A number that lines which say the same have in common."""
    key = f"{line.kind == 'heading'}{line.normal.letters}"
    known = classes.setdefault(key, [])
    for other, number in known:
        if same([line.normal], [other.normal]):
            return number
    number = sum(map(len, classes.values()))
    known.append((line, number))
    return number


def _leaf(line: Line) -> str:
    """The heading right above a line, as it is told from others."""
    above = line.heading[:-1] if line.kind == "heading" else line.heading
    return "".join(character for character in (above[-1] if above else "").casefold() if character.isalnum())


def _of(lines: Sequence[Line], places: tuple[int, ...]) -> tuple[Line, ...]:
    return tuple(lines[at] for at in places)
