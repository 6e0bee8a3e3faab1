"""Sections to chunks: neighbouring units under one heading path, within a token budget.

Chunks end between units, never inside one. A table stays whole when it fits
and is otherwise cut between rows; the sentence that announces a list, or the
caption of a table, stays with it. Where a long stretch is cut is decided by its
own words, so that an edit changes its chunk and at most the borders next to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ingest.chunk_borders import Atom, ranges
from ingest.documents import Chunk, ParsedDocument, Section, Unit

CAPTION = 30  # tokens; a paragraph of one shorter sentence right above a table is its caption


@dataclass(slots=True)
class _Piece:
    """One unit on its way into a chunk."""

    unit: Unit
    tokens: int
    heading: tuple[str, ...]
    page: int | None
    start: int  # where a chunk that begins with this unit begins: a table's first row takes its header along
    end: int
    strength: int  # of the border in front of it, as in chunk_borders
    table: int | None = None  # the start of the table it belongs to
    header: str = ""


@dataclass(slots=True)
class _Draft:
    pieces: list[_Piece] = field(default_factory=list)


def chunk(
    document: ParsedDocument,
    language_of: Callable[[str], str],
    count_tokens: Callable[[Sequence[str]], list[int]],
    max_tokens: int = 220,
    title: str = "",
) -> list[Chunk]:
    """The chunks of ``document`` in reading order.

    :param language_of: the language code of a text; called once for each chunk.
    :param count_tokens: token counts of texts, in the embedding model's tokens; called once for the
        units and once for the table headers.
    :param max_tokens: budget of a chunk: its units, a table's header, and the title and headings that
        are embedded with it. A single unit above it is a chunk of its own.
    :param title: the title embedded with each chunk; the document's own when empty.
    """
    sections = [section for section in document.sections if section.units]
    headings = list(dict.fromkeys(section.heading for section in sections))
    if not headings:
        return []
    counted = iter(count_tokens([unit.text for section in sections for unit in section.units]))
    headers = dict.fromkeys(section.header for section in sections if section.header)
    context = count_tokens([*headers, *(context_of(title or document.title, path) for path in headings)])
    header_tokens = dict(zip(headers, context, strict=False))
    context_tokens = dict(zip(headings, context[len(headers) :], strict=True))

    drafts: list[_Draft] = []
    for heading, group in groupby(sections, key=lambda section: section.heading):
        # Long titles must not eat the budget: at least half is left for the text.
        budget = max(max_tokens - context_tokens[heading], max_tokens // 2)
        blocks = _blocks(list(group), document.text, counted, header_tokens, budget)
        for run in _runs(blocks):
            drafts.extend(_packed(run, budget, header_tokens))
    return [_chunk(draft, ordinal, language_of) for ordinal, draft in enumerate(drafts)]


def context_of(title: str, heading: Sequence[str], header: str = "") -> str:
    """What is embedded in front of a chunk's units: title, heading path and table header, a line each."""
    return "\n".join(line for line in (title, " > ".join(heading), header) if line.strip())


def embedding_text(chunk: Chunk, title: str) -> str:
    """The words of a chunk as they are indexed: its context, and its units, a line each."""
    lines = (context_of(title, chunk.heading, chunk.header), *(unit.text for unit in chunk.units))
    return "\n".join(line for line in lines if line)


def _blocks(
    sections: list[Section], text: str, counted: Iterator[int], header_tokens: dict[str, int], budget: int
) -> Iterator[list[_Piece]]:
    """Pieces that should stay together, each block within the budget where that is possible."""
    lead_in: list[_Piece] = []
    for index, section in enumerate(sections):
        pieces = [_piece(section, position, next(counted), text) for position in range(len(section.units))]
        follower = sections[index + 1] if index + 1 < len(sections) else None
        kept: list[_Piece] = []
        if follower and section.kind == "prose" and _introduces(pieces[-1], follower):
            kept = [pieces.pop()]
        together = lead_in + pieces
        size = sum(piece.tokens for piece in together) + header_tokens.get(section.header, 0)
        if section.kind == "prose":
            yield from ([piece] for piece in together)
        elif size <= budget:
            yield together
        else:
            yield together[: len(lead_in) + 1]
            yield from ([piece] for piece in together[len(lead_in) + 1 :])
        lead_in = kept


def _piece(section: Section, position: int, tokens: int, text: str) -> _Piece:
    unit = section.units[position]
    first, last = position == 0, position == len(section.units) - 1
    return _Piece(
        unit=unit,
        tokens=tokens,
        heading=section.heading,
        page=section.page,
        start=section.start if first else unit.start,
        end=section.end if last else unit.end,
        strength=2 if first else _strength(text[section.units[position - 1].end : unit.start]),
        table=section.start if section.kind == "table" else None,
        header=section.header,
    )


def _strength(between: str) -> int:
    """How good a place to cut is, by what stands between two units; before a nested item it is none."""
    if "\n\n" in between:
        return 2
    return int("\n" in between and not between.partition("\n")[2].startswith("  "))


def _introduces(piece: _Piece, follower: Section) -> bool:
    if follower.kind == "prose":
        return False
    caption = follower.kind == "table" and piece.strength == 2 and piece.tokens <= CAPTION
    return caption or piece.unit.text.rstrip("*_ ").endswith((":", "：", "︰", "፦"))


def _runs(blocks: Iterator[list[_Piece]]) -> Iterator[list[list[_Piece]]]:
    """Blocks in order, cut before each further table: a chunk has one header to repeat."""
    run: list[list[_Piece]] = []
    table: int | None = None
    for block in blocks:
        own = next((piece.table for piece in block if piece.table is not None), None)
        if own is not None and table is not None and own != table:
            yield run
            run = []
        table = own if own is not None else table if run else None
        run.append(block)
    if run:
        yield run


def _packed(run: list[list[_Piece]], budget: int, header_tokens: dict[str, int]) -> Iterator[_Draft]:
    atoms = [Atom(sum(piece.tokens for piece in block), block[0].strength, block[0].unit.text) for block in run]
    headers = [next((piece.header for piece in block if piece.header), "") for block in run]

    def header_of(first: int, last: int) -> int:
        return header_tokens.get(next(filter(None, headers[first:last]), ""), 0)

    for first, last in ranges(atoms, budget, header_of):
        yield _Draft([piece for block in run[first:last] for piece in block])


def _chunk(draft: _Draft, ordinal: int, language_of: Callable[[str], str]) -> Chunk:
    first, last = draft.pieces[0], draft.pieces[-1]
    units = tuple(piece.unit for piece in draft.pieces)
    return Chunk(
        ordinal=ordinal,
        start=first.start,
        end=last.end,
        heading=first.heading,
        page=first.page,
        language=language_of("\n".join(unit.text for unit in units)),
        units=units,
        header=next((piece.header for piece in draft.pieces if piece.header), ""),
    )
