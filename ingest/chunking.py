"""Sections to chunks: neighbouring units under one heading path, within a token budget.

Chunks end between units, never inside one. A table stays whole when it fits
and is otherwise cut between rows; the sentence that announces a list stays with
it; what is too small to be found alone joins its neighbour under the heading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ingest.documents import Chunk, ParsedDocument, Section, Unit

TINY = 30  # tokens; a trailing piece below this joins the chunk before it


@dataclass(slots=True)
class _Piece:
    """One unit on its way into a chunk."""

    unit: Unit
    tokens: int
    heading: tuple[str, ...]
    page: int | None
    start: int  # where a chunk that begins with this unit begins: a table's first row takes its header along
    end: int
    table: int | None = None  # the start of the table it belongs to
    header: str = ""


@dataclass(slots=True)
class _Draft:
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return sum(piece.tokens for piece in self.pieces)

    @property
    def tables(self) -> set[int]:
        return {piece.table for piece in self.pieces if piece.table is not None}


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
    context = count_tokens([*headers, *(_context(title or document.title, path) for path in headings)])
    header_tokens = dict(zip(headers, context, strict=False))
    context_tokens = dict(zip(headings, context[len(headers) :], strict=True))

    drafts: list[_Draft] = []
    for heading, group in groupby(sections, key=lambda section: section.heading):
        # Long titles must not eat the budget: at least half is left for the text.
        budget = max(max_tokens - context_tokens[heading], max_tokens // 2)
        blocks = _blocks(list(group), counted, header_tokens, budget)
        drafts.extend(_packed(blocks, budget, header_tokens))
    return [_chunk(draft, ordinal, language_of) for ordinal, draft in enumerate(drafts)]


def embedding_text(chunk: Chunk, title: str) -> str:
    """What is embedded for the chunk as a whole: title, heading path, table header and units, a line each."""
    lines = [title, " > ".join(chunk.heading), chunk.header, *(unit.text for unit in chunk.units)]
    return "\n".join(line for line in lines if line)


def _context(title: str, heading: tuple[str, ...]) -> str:
    return "\n".join(part for part in (title, " > ".join(heading)) if part)


def _blocks(
    sections: list[Section], counted: Iterator[int], header_tokens: dict[str, int], budget: int
) -> Iterator[list[_Piece]]:
    """Pieces that should stay together, each block within the budget where that is possible."""
    lead_in: list[_Piece] = []
    for index, section in enumerate(sections):
        pieces = [_piece(section, position, unit, next(counted)) for position, unit in enumerate(section.units)]
        follower = sections[index + 1] if index + 1 < len(sections) else None
        kept: list[_Piece] = []
        if follower and follower.kind != "prose" and section.kind == "prose" and _announces(pieces[-1].unit.text):
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


def _piece(section: Section, position: int, unit: Unit, tokens: int) -> _Piece:
    first, last = position == 0, position == len(section.units) - 1
    return _Piece(
        unit=unit,
        tokens=tokens,
        heading=section.heading,
        page=section.page,
        start=section.start if first else unit.start,
        end=section.end if last else unit.end,
        table=section.start if section.kind == "table" else None,
        header=section.header,
    )


def _announces(text: str) -> bool:
    return text.rstrip("*_ ").endswith((":", "：", "︰", "፦"))


def _packed(blocks: Iterator[list[_Piece]], budget: int, header_tokens: dict[str, int]) -> list[_Draft]:
    drafts: list[_Draft] = []
    for block in blocks:
        last = drafts[-1] if drafts else None
        if last is not None and _fits(last, block, budget, header_tokens):
            last.pieces.extend(block)
        else:
            drafts.append(_Draft(list(block)))
    return _without_tiny_tail(drafts)


def _fits(draft: _Draft, block: list[_Piece], budget: int, header_tokens: dict[str, int]) -> bool:
    tables = draft.tables | {piece.table for piece in block if piece.table is not None}
    if len(tables) > 1:
        return False  # a chunk has one header to repeat
    headers = {piece.header for piece in (*draft.pieces, *block) if piece.header}
    tokens = draft.tokens + sum(piece.tokens for piece in block)
    return tokens + sum(header_tokens[header] for header in headers) <= budget


def _without_tiny_tail(drafts: list[_Draft]) -> list[_Draft]:
    if len(drafts) < 2 or drafts[-1].tokens >= TINY or len(drafts[-1].tables | drafts[-2].tables) > 1:
        return drafts
    return [*drafts[:-2], _Draft(drafts[-2].pieces + drafts[-1].pieces)]


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
