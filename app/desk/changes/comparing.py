"""What a new version of a document changed, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.desk.changes.aligning import Pairing, align
from app.desk.changes.change import Change, ChangedValue, Kind, Span, ordered
from app.desk.changes.likeness import EmbedLines
from app.desk.changes.lines import Line, lines_of
from app.desk.changes.marks import differing
from app.desk.changes.meaning import kinds_of, says_whose
from app.desk.changes.values import changed_values
from ingest.documents import Chunk


def compare_versions(old: Sequence[Chunk], new: Sequence[Chunk], embed: EmbedLines | None = None) -> list[Change]:
    """Every real change, in the order of the new version; none for what is set otherwise alone.

    :param embed: centred vectors, for sentences whose words do not tell which became which.
    """
    before, after = lines_of(old), lines_of(new)
    kept_headings = [{line.heading for line in side} for side in (before, after)]
    found = (_change(pairing, *kept_headings) for pairing in align(before, after, embed))
    return [change for change in found if change is not None]


def _change(pairing: Pairing, old_headings: set[tuple[str, ...]], new_headings: set[tuple[str, ...]]) -> Change | None:
    if pairing.says_the_same:
        stays = pairing.old[0].heading in new_headings and pairing.new[0].heading in old_headings
        return _elsewhere(pairing) if stays else None
    if pairing.old and pairing.new:
        return _reworded(pairing)
    return _alone(pairing)


def _elsewhere(pairing: Pairing) -> Change | None:
    """The same words under another of the headings that there were: a change where it is for somebody else."""
    [old], [new] = pairing.old, pairing.new
    whose = [frozenset[str]().union(*_whose(line)) for line in (old, new)]
    if old.kind == "heading" or whose[0] == whose[1]:
        return None
    return _made(pairing, kinds=("scope",), place_only=True)


def _whose(line: Line) -> Iterator[frozenset[str]]:
    yield frozenset()
    yield from (says_whose(part, line.language) for part in line.heading)


def _reworded(pairing: Pairing) -> Change | None:
    language = pairing.new[0].language
    old, new = _text(pairing.old), _text(pairing.new)
    marks = differing(old, new, language)
    values = changed_values(old, new, language)
    kinds = ordered(kinds_of(old, new, language, values, marks))
    if pairing.new[0].kind == "heading" and kinds == ("wording",):
        return None
    return _made(pairing, kinds, marks[0], marks[1], values)


def _alone(pairing: Pairing) -> Change | None:
    """What came or went; a heading says nothing by itself, unless for whom what is below it holds."""
    line = (pairing.new or pairing.old)[0]
    whole = ((0, len(_text(pairing.new or pairing.old))),)
    if line.kind == "heading":
        if not says_whose(line.text, line.language):
            return None
        return _made(pairing, ("scope",), whole if pairing.old else (), whole if pairing.new else ())
    if pairing.new:
        return _made(pairing, ("added",), new_marks=whole)
    return _made(pairing, ("removed",), old_marks=whole)


def _made(
    pairing: Pairing,
    kinds: tuple[Kind, ...],
    old_marks: tuple[Span, ...] = (),
    new_marks: tuple[Span, ...] = (),
    values: tuple[ChangedValue, ...] = (),
    place_only: bool = False,
) -> Change:
    first = (pairing.new or pairing.old)[0]
    return Change(
        kinds=kinds,
        old=_text(pairing.old),
        new=_text(pairing.new),
        language=first.language,
        old_marks=old_marks,
        new_marks=new_marks,
        values=values,
        old_heading=pairing.old[0].heading if pairing.old else (),
        new_heading=pairing.new[0].heading if pairing.new else (),
        old_spans=tuple((line.start, line.end) for line in pairing.old),
        new_spans=tuple((line.start, line.end) for line in pairing.new),
        page=first.page,
        place_only=place_only,
    )


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)
