"""An edit inside a long section re-embeds the chunk it is in and not the whole section."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking import chunk, embedding_text
from ingest.parsing.assembly import assemble
from ingest.parsing.blocks import Block, Extract, Heading, Paragraph

MAX_TOKENS = 220
TITLE = "Returns"
EDITS = ("word", "sentence", "insert", "delete", "rewrite")
Paragraphs = list[list[str]]


def count(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def texts(paragraphs: Paragraphs) -> list[str]:
    """What is embedded for one section of these paragraphs between two short ones."""
    middle: list[Block] = [Paragraph(" ".join(sentences)) for sentences in paragraphs]
    blocks = [Heading(2, "Before"), Paragraph("First."), Heading(2, "Long"), *middle, Heading(2, "After")]
    document = assemble(Extract([*blocks, Paragraph("Last.")], TITLE), "a.md", "a")
    return [embedding_text(made, TITLE) for made in chunk(document, lambda text: "en", count, MAX_TOKENS, TITLE)]


def sentence(source: random.Random) -> str:
    words = [f"w{source.randrange(100_000)}" for _ in range(source.randint(8, 40))]
    return " ".join(words).capitalize() + "."


def paragraph(source: random.Random) -> list[str]:
    return [sentence(source) for _ in range(source.randint(1, 4))]


def edited(paragraphs: Paragraphs, at: int, edit: str, source: random.Random) -> Paragraphs:
    before, old, after = paragraphs[:at], paragraphs[at], paragraphs[at + 1 :]
    if edit == "insert":
        return [*before, paragraph(source), old, *after]
    if edit == "delete":
        return before + after
    if edit == "rewrite":
        return [*before, paragraph(source), *after]
    place = source.randrange(len(old))
    words = old[place].rstrip(".").split()
    words[len(words) // 2] = "changed"
    new = sentence(source) if edit == "sentence" else " ".join(words) + "."
    return [*before, [*old[:place], new, *old[place + 1 :]], *after]


def to_embed(seed: int, edit: str) -> tuple[int, int]:
    """Chunks that an edit in the middle makes anew, and how many there are."""
    source = random.Random(seed)
    paragraphs = [paragraph(source) for _ in range(30)]
    before = texts(paragraphs)
    after = texts(edited(paragraphs, source.randint(4, 25), edit, source))
    return len(set(after) - set(before)), len(after)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_a_changed_word_remakes_its_chunk_alone(seed: int) -> None:
    new, total = to_embed(seed, "word")
    assert total > 8
    assert new == 1


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**9), edit=st.sampled_from(EDITS))
def test_no_edit_of_a_paragraph_runs_through_the_section(seed: int, edit: str) -> None:
    assert to_embed(seed, edit)[0] <= 5


@pytest.mark.parametrize("edit", EDITS)
def test_nearly_every_edit_remakes_one_or_two_chunks(edit: str) -> None:
    new = [to_embed(seed, edit)[0] for seed in range(100)]
    assert sum(count <= 2 for count in new) >= (90 if edit == "rewrite" else 95)
    assert sum(new) <= 160


def test_what_stands_in_other_sections_stays_as_it_was() -> None:
    source = random.Random(7)
    paragraphs = [paragraph(source) for _ in range(8)]
    before, after = texts(paragraphs), texts(edited(paragraphs, 4, "insert", source))
    assert (before[0], before[-1]) == (after[0], after[-1])
