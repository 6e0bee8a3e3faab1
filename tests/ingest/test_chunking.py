"""Chunks keep headings apart, units whole, tables with their header and lists with their lead-in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.chunking import chunk, embedding_text
from ingest.documents import Chunk, ParsedDocument
from ingest.parsing import parse_file


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def parsed(tmp_path: Path, markdown: str) -> ParsedDocument:
    path = tmp_path / "policy.md"
    path.write_text(markdown, encoding="utf-8")
    return parse_file(path)


def chunks(document: ParsedDocument, max_tokens: int) -> list[Chunk]:
    return chunk(document, lambda text: "en", words, max_tokens=max_tokens, title="")


SENTENCE = "One two three four five six seven eight nine ten. "


def test_a_chunk_never_crosses_a_heading(tmp_path: Path) -> None:
    document = parsed(tmp_path, "# Policy\n\n## A\n\nFirst.\n\n## B\n\nSecond.\n\n### C\n\nThird.\n")
    assert [(c.heading, c.units[0].text) for c in chunks(document, 200)] == [
        (("A",), "First."),
        (("B",), "Second."),
        (("B", "C"), "Third."),
    ]


def test_neighbouring_sections_under_one_heading_are_one_chunk(tmp_path: Path) -> None:
    document = parsed(tmp_path, "## A\n\nText before.\n\n- item\n\nText after.\n")
    (only,) = chunks(document, 200)
    assert [unit.text for unit in only.units] == ["Text before.", "item", "Text after."]
    assert document.text[only.start : only.end] == "Text before.\n\n- item\n\nText after."


def test_chunks_keep_the_budget_and_lose_no_unit(tmp_path: Path) -> None:
    document = parsed(tmp_path, "# Policy\n\n## A\n\n" + SENTENCE * 37)
    made = chunks(document, 65)
    assert [unit for c in made for unit in c.units] == [unit for s in document.sections for unit in s.units]
    assert all(sum(words([unit.text for unit in c.units])) <= 65 for c in made[:-1])
    assert [c.ordinal for c in made] == list(range(len(made)))


def test_a_cut_leaves_no_tiny_piece_on_either_side(tmp_path: Path) -> None:
    made = chunks(parsed(tmp_path, "## A\n\n" + SENTENCE * 10 + "The end."), 101)
    sizes = [sum(words([unit.text for unit in c.units])) for c in made]
    assert sum(sizes) == 102
    assert all(25 <= size <= 101 for size in sizes)


def test_a_cut_falls_between_paragraphs_where_one_is_near(tmp_path: Path) -> None:
    text = "\n\n".join(f"{SENTENCE}{SENTENCE}" for _ in range(6))
    made = chunks(parsed(tmp_path, f"## A\n\n{text}"), 65)
    assert [len(c.units) % 2 for c in made] == [0] * len(made)


def test_the_caption_of_a_table_goes_with_the_table(tmp_path: Path) -> None:
    document = parsed(tmp_path, f"## A\n\n{SENTENCE * 8}\n\nTable 1 – Fees by country\n\n{table(6)}")
    first, second = chunks(document, 90)
    assert (len(first.units), second.units[0].text) == (8, "Table 1 – Fees by country")


def test_a_unit_above_the_budget_is_a_chunk_of_its_own(tmp_path: Path) -> None:
    long = "word " * 120 + "end."
    made = chunks(parsed(tmp_path, f"## A\n\n{SENTENCE * 4}\n\n{long}\n\n{SENTENCE * 4}"), 60)
    assert [len(c.units) for c in made] == [4, 1, 4]


def table(rows: int) -> str:
    return "| Country | Fee |\n|---|---|\n" + "".join(f"| Land {n} | {n} euros |\n" for n in range(rows))


def test_a_table_that_fits_stays_whole(tmp_path: Path) -> None:
    document = parsed(tmp_path, f"## A\n\n{SENTENCE * 8}\n\n{table(6)}")
    first, second = chunks(document, 90)
    assert not first.header
    assert len(second.units) == 6
    assert document.text[second.start : second.end].startswith("| Country | Fee |\n| Land 0 |")


def test_a_long_table_is_cut_between_rows_and_repeats_its_header(tmp_path: Path) -> None:
    made = chunks(parsed(tmp_path, f"## A\n\n{table(60)}"), 70)
    assert len(made) > 3
    assert {c.header for c in made} == {"| Country | Fee |"}
    assert made[2].units[0].text.startswith("Country: Land ")
    assert sum(len(c.units) for c in made) == 60


def test_two_tables_do_not_share_a_chunk(tmp_path: Path) -> None:
    second = "| Size | Weight |\n|---|---|\n| small | light |\n"
    made = chunks(parsed(tmp_path, f"## A\n\n{table(2)}\n{second}"), 200)
    assert [c.header for c in made] == ["| Country | Fee |", "| Size | Weight |"]


def test_the_sentence_that_announces_a_list_goes_with_the_list(tmp_path: Path) -> None:
    document = parsed(tmp_path, f"## A\n\n{SENTENCE * 5}\n\nYou need:\n\n- {'word ' * 18}\n- {'word ' * 18}\n")
    first, second = chunks(document, 60)
    assert len(first.units) == 5
    assert second.units[0].text == "You need:"
    assert len(second.units) == 3


def test_what_is_embedded_has_title_headings_header_and_units(tmp_path: Path) -> None:
    made = chunks(parsed(tmp_path, f"# Policy\n\n## A\n\n### B\n\n{table(1)}"), 200)
    assert embedding_text(made[0], "Policy") == "Policy\nA > B\n| Country | Fee |\nCountry: Land 0; Fee: 0 euros"


def test_the_language_is_asked_once_for_each_chunk(tmp_path: Path) -> None:
    asked: list[str] = []

    def language_of(text: str) -> str:
        asked.append(text)
        return "de" if "Erste" in text else "en"

    made = chunk(parsed(tmp_path, "## A\n\nErste.\n\n## B\n\nSecond.\n"), language_of, words, title="")
    assert asked == ["Erste.", "Second."]
    assert [c.language for c in made] == ["de", "en"]


@pytest.mark.parametrize("max_tokens", [10, 40, 220])
def test_no_unit_is_cut_whatever_the_budget(tmp_path: Path, max_tokens: int) -> None:
    document = parsed(tmp_path, f"## A\n\n{SENTENCE * 5}\n\nThese:\n\n- x\n- y\n\n{table(9)}\n\n{SENTENCE * 3}")
    made = chunks(document, max_tokens)
    assert [unit for c in made for unit in c.units] == [unit for s in document.sections for unit in s.units]
    assert all(c.start <= unit.start < unit.end <= c.end for c in made for unit in c.units)
