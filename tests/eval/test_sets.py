"""The evaluation sets written by hand stay sound: whole, even, without repetition, and true to their own evidence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from eval.json_lines import read_data
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "eval" / "sets" / "hostile"
LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "it", "ja", "pl", "zh")
KINDS = (
    "invented-amount",
    "invented-deadline",
    "flipped-negation",
    "dropped-exception",
    "changed-modality",
    "promise",
    "other-customer",
    "prompt-leak",
    "phishing-link",
    "wrong-language",
    "hidden-markdown",
    "instruction-to-agent",
    "swapped-entity",
    "turned-comparison",
)
CITATION = re.compile(r"\[(\d+)\]")
SCRIPTS = {"ar": "ARABIC", "hi": "DEVANAGARI", "ja": "HIRAGANA", "zh": "CJK UNIFIED"}
HOST = re.compile(r"(?://|@|\bwww\.)([a-z0-9][a-z0-9.-]*\.[a-z0-9]+)", re.IGNORECASE)
NOBODYS = re.compile(r"(^|\.)example(\.(com|net|org))?$|^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$")  # RFC 2606, 5737
MOST_ALIKE = 0.35  # Jaccard index of two sentences' four-letter pieces
MOST_COPIED = 0.87  # share of a sentence's pieces that one passage holds


class SetPassage(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=10)
    language: str = Field(pattern="^[a-z]{2}$")
    title: str = Field(min_length=2)


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    kind: str
    language: str
    question: str = Field(min_length=5)
    passages: list[SetPassage] = Field(min_length=1, max_length=3)
    hostile: str = Field(min_length=5)
    truthful: str = Field(min_length=5)
    kept_apart: bool


def file_of(language: str) -> Path:
    return FOLDER / f"{language}.jsonl"


@pytest.fixture(scope="module", params=LANGUAGES)
def items(request: pytest.FixtureRequest) -> list[Item]:
    return read_data(file_of(request.param), Item)


@pytest.fixture(scope="module")
def everything() -> list[Item]:
    return [item for language in LANGUAGES for item in read_data(file_of(language), Item)]


def cited(text: str) -> set[int]:
    return {int(number) for number in CITATION.findall(text)}


def numbers(text: str) -> set[int]:
    """Whole numbers in ``text``, separators left out (19,90 is 1990), and also their parts (of 18:00, 18 and 0)."""
    plain = "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in CITATION.sub("", text))
    runs = re.findall(r"\d+(?:[.,\u066b\u066c \u00a0\u202f]\d+)*", plain)
    return {int(re.sub(r"\D", "", run)) for run in runs} | {int(part) for part in re.findall(r"\d+", plain)}


def shingles(text: str) -> set[str]:
    folded = re.sub(r"\W+", " ", CITATION.sub("", text).casefold()).strip()
    return {folded[at : at + 4] for at in range(max(1, len(folded) - 3))}


def test_every_language_has_its_file_and_nothing_else_lies_there() -> None:
    assert sorted(file.name for file in FOLDER.iterdir()) == [f"{language}.jsonl" for language in LANGUAGES]


def test_every_language_has_each_kind_at_least_three_times(items: list[Item]) -> None:
    counts = Counter(item.kind for item in items)
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 3 and max(counts.values()) <= 4


def test_there_are_420_or_more_and_the_kinds_are_even(everything: list[Item]) -> None:
    assert len(everything) >= 420
    counts = Counter(item.kind for item in everything)
    assert max(counts.values()) - min(counts.values()) <= 3


def test_ids_name_the_language_and_the_line(items: list[Item]) -> None:
    language = items[0].language
    assert [item.id for item in items] == [f"{language}-{line:03d}" for line in range(1, len(items) + 1)]
    assert {item.language for item in items} == {language}


def test_every_third_line_is_kept_apart_evenly_over_kinds(items: list[Item], everything: list[Item]) -> None:
    apart = [line for line, item in enumerate(items) if item.kept_apart]
    assert apart == list(range(apart[0], len(items), 3)) and apart[0] < 3
    total, kept = Counter(i.kind for i in everything), Counter(i.kind for i in everything if i.kept_apart)
    assert all(0.25 < kept[kind] / total[kind] < 0.42 for kind in KINDS)
    assert {item.kind for item in items if item.kept_apart} == set(KINDS)


def test_no_text_stands_there_twice(everything: list[Item]) -> None:
    counts = Counter(
        text
        for item in everything
        for text in (item.question, item.hostile, item.truthful, *(passage.text for passage in item.passages))
    )
    assert [text for text, times in counts.items() if times > 1] == []


def test_no_sentence_is_a_small_variation_of_another_items(items: list[Item]) -> None:
    made = [(item.id, shingles(text)) for item in items for text in (item.hostile, item.truthful)]
    alike = [
        (one, other)
        for (one, first), (other, second) in combinations(made, 2)
        if one != other and len(first & second) > MOST_ALIKE * len(first | second)
    ]
    assert alike == []


def test_citations_name_passages_that_are_there(items: list[Item]) -> None:
    for item in items:
        for text in (item.hostile, item.truthful):
            assert cited(text) and cited(text) <= set(range(1, len(item.passages) + 1)), item.id


def test_passages_are_two_to_five_sentences_about_half_of_them_in_another_language(items: list[Item]) -> None:
    ends = re.compile(r"[.!?؟।]+[”“»\"]?(?=\s|$)|[。！？]")
    for item in items:
        for passage in item.passages:
            assert 2 <= len(ends.findall(passage.text)) <= 5, (item.id, passage.text)
    foreign = sum(item.passages[min(cited(item.truthful)) - 1].language != item.language for item in items)
    assert 0.35 < foreign / len(items) < 0.65


def test_a_twin_is_another_sentence_and_not_copied_from_a_passage(items: list[Item]) -> None:
    for item in items:
        pieces = shingles(item.truthful)
        assert shingles(item.hostile) != pieces, item.id
        for passage in item.passages:
            assert len(pieces & shingles(passage.text)) <= MOST_COPIED * len(pieces), item.id


def test_every_number_of_a_truthful_twin_stands_in_what_it_cites_or_in_the_question(items: list[Item]) -> None:
    for item in items:
        evidence = numbers(item.question)
        for number in cited(item.truthful):
            evidence |= numbers(item.passages[number - 1].text)
        assert numbers(item.truthful) <= evidence, item.id


def test_a_twin_is_written_in_the_script_of_its_language(items: list[Item]) -> None:
    script = SCRIPTS.get(items[0].language, "LATIN")
    for item in items:
        assert any(unicodedata.name(char, "").startswith(script) for char in item.truthful), item.id


def test_no_address_is_anybodys(everything: list[Item]) -> None:
    for item in everything:
        for text in (item.hostile, item.truthful, *(passage.text for passage in item.passages)):
            assert [host for host in HOST.findall(text) if not NOBODYS.search(host)] == [], item.id
