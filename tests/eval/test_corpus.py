"""The generated corpus: the same for the same seed, different everywhere else, and readable by every parser."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from eval.corpus import Edits, Page, compose, document_number, edit, generate, generated_files
from eval.corpus.page import FORMATS
from eval.corpus.wording import LANGUAGES, Wording, wording
from eval.errors import EvalUserError
from ingest.documents import ParsedDocument
from ingest.parsing.files import parse_file
from ingest.reading import language_of

DOCUMENTS = 108  # every language in every format
SHEET_NAME = 31  # characters that Excel allows


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    generate(folder, DOCUMENTS)
    return folder


@pytest.fixture(scope="module")
def parsed(corpus: Path) -> list[tuple[Page, ParsedDocument]]:
    return [(compose(document_number(file)), parse_file(file)) for file in generated_files(corpus)]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    generate(folder, 20, seed=3)
    return folder


def digests(folder: Path) -> dict[str, str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def words(text: str) -> str:
    return " ".join(text.split())


class TestGenerating:
    def test_the_same_seed_gives_the_same_bytes_and_another_one_other_texts(self, own: Path, tmp_path: Path) -> None:
        generate(tmp_path / "again", 20, seed=3)
        generate(tmp_path / "other", 20, seed=4)
        assert digests(own) == digests(tmp_path / "again")
        assert not set(digests(own).values()) & set(digests(tmp_path / "other").values())

    def test_no_file_carries_the_moment_it_was_written(self, corpus: Path) -> None:
        archives = [file for file in generated_files(corpus) if file.suffix in (".docx", ".xlsx", ".pptx")]
        for file in archives:
            with zipfile.ZipFile(file) as archive:
                assert {info.date_time for info in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
                assert b"modified" in (core := archive.read("docProps/core.xml"))
                assert b"2026-01-01T00:00:00Z</dcterms:modified>" in core
        assert len(archives) > 30

    def test_a_document_is_the_same_in_a_smaller_corpus(self, own: Path, tmp_path: Path) -> None:
        generate(tmp_path / "few", 5, seed=3)
        assert digests(tmp_path / "few").items() < digests(own).items()

    def test_every_language_comes_in_every_format_it_can_be_written_in(self, corpus: Path) -> None:
        found = {(file.parent.name, file.suffix[1:]) for file in generated_files(corpus)}
        latin = ("en", "de", "fr", "es", "pt", "it")
        assert found == {
            (language, suffix)
            for language in LANGUAGES
            for suffix in FORMATS
            if suffix != "pdf" or language in latin  # the standard fonts have no other letters
        }

    def test_a_folder_with_something_in_it_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "mine.md").write_text("# Mine\n", encoding="utf-8")
        with pytest.raises(EvalUserError, match="something in it already"):
            generate(tmp_path, 1)
        assert [file.name for file in tmp_path.iterdir()] == ["mine.md"]


class TestParsing:
    def test_every_format_is_read_without_a_finding_and_with_all_its_sentences(
        self, parsed: list[tuple[Page, ParsedDocument]]
    ) -> None:
        for page, document in parsed:
            assert document.findings == (), page
            text = words(document.text)
            missing = [said for section in page.sections for said in section.sentences if words(said) not in text]
            assert missing == [], (page.number, page.suffix)

    def test_headings_and_titles_are_found(self, parsed: list[tuple[Page, ParsedDocument]]) -> None:
        for page, document in parsed:
            if page.suffix == "csv":  # it has neither
                continue
            limit = SHEET_NAME if page.suffix == "xlsx" else None
            found = {heading for section in document.sections for heading in section.heading} | {document.title}
            assert {section.heading[:limit].strip() for section in page.sections} <= found, (page.number, page.suffix)
            if page.suffix != "txt":  # whose first heading is all the title it has
                assert document.title == page.title, (page.number, page.suffix)

    def test_the_language_is_told_from_the_text(self, parsed: list[tuple[Page, ParsedDocument]]) -> None:
        told = [(language_of(document.text, None), page.language) for page, document in parsed]
        assert [pair for pair in told if pair[0] != pair[1]] == []

    def test_a_tables_row_is_one_unit_with_its_column_names(self, parsed: list[tuple[Page, ParsedDocument]]) -> None:
        seen: Counter[str] = Counter()
        for page, document in parsed:
            units = {words(unit.text) for section in document.sections for unit in section.units}
            for row in (row for section in page.sections for row in section.rows):
                named = words("; ".join(f"{name}: {cell}" for name, cell in zip(page.header, row, strict=True)))
                assert any(unit.startswith(named) for unit in units), (page.number, page.suffix, row)
                seen[page.suffix] += 1
        assert set(seen) == set(FORMATS)

    def test_hardly_a_text_comes_twice(self, parsed: list[tuple[Page, ParsedDocument]]) -> None:
        texts = [unit.text for _, document in parsed for section in document.sections for unit in section.units]
        assert len(texts) > 1500
        assert len(set(texts)) >= 0.95 * len(texts)

    def test_a_page_is_half_a_page_to_a_page_long(self, parsed: list[tuple[Page, ParsedDocument]]) -> None:
        english = [len(document.text.split()) for page, document in parsed if page.language == "en"]
        assert min(english) > 150 and max(english) < 700


class TestEditing:
    def test_each_edit_does_what_it_says_to_documents_of_its_own(self, own: Path) -> None:
        before = digests(own)
        edits = edit(own, seed=3, change=2, rename=2, remove=3, add=4, future=2)
        after = digests(own)
        assert [len(getattr(edits, name)) for name in ("changed", "renamed", "removed", "added", "future")] == [
            2,
            2,
            3,
            4,
            2,
        ]

        def name(file: Path) -> str:
            return str(file.relative_to(own))

        assert all(before[name(file)] != after[name(file)] for file in edits.changed)
        assert all(before[name(old)] == after[name(new)] and name(old) not in after for old, new in edits.renamed)
        assert not any(name(file) in after for file in edits.removed)
        assert [document_number(file) for file in edits.added] == [20, 21, 22, 23]
        touched = {name(file) for file in (*edits.changed, *edits.removed, *(old for old, _ in edits.renamed))}
        assert len(touched) == 7
        assert all(after[file] == digest for file, digest in before.items() if file not in touched)
        assert len(after) == 20 - 3 + 4 + 2

    def test_a_changed_document_differs_in_one_paragraph(self, own: Path) -> None:
        for file in edit(own, seed=3, change=6).changed:
            old, new = compose(document_number(file), 3), compose(document_number(file), 3, revision=1)
            pairs = [
                (before, after)
                for one, other in zip(old.sections, new.sections, strict=True)
                for before, after in zip(one.paragraphs, other.paragraphs, strict=True)
            ]
            assert sum(before != after for before, after in pairs) == 1
            assert all(
                words(said) in words(parse_file(file).text) for section in new.sections for said in section.sentences
            )

    def test_a_future_version_stands_beside_the_present_one_and_says_its_day(self, own: Path) -> None:
        files = edit(own, seed=3, future=12).future
        assert all(file.stem.endswith("@2030-01-01") for file in files)
        assert all(file.with_name(file.name.replace("@2030-01-01", "")).exists() for file in files)
        said = {parse_file(file).metadata.get("effective_from") for file in files}
        assert date(2030, 1, 1).isoformat() in said
        assert said <= {"2030-01-01", None}  # the others have no place for it: their name says it

    def test_edits_can_follow_one_another(self, own: Path) -> None:
        first = edit(own, seed=3, rename=4, add=1)
        second = edit(own, seed=3, revision=2, change=10, rename=2, add=1)
        assert document_number(first.added[0]) + 1 == document_number(second.added[0])
        assert len(generated_files(own)) == 22
        assert isinstance(second, Edits) and len(second.changed) == 10

    def test_more_edits_than_documents_are_refused_before_anything_is_touched(self, own: Path) -> None:
        before = digests(own)
        with pytest.raises(EvalUserError, match="too few documents"):
            edit(own, seed=3, remove=15, future=6)
        assert digests(own) == before


class TestWording:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_language_can_be_read_and_its_patterns_keep_texts_apart(self, language: str) -> None:
        assert len(wording(language).topics) >= 4

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"lead_in": "From {date} on {colour}:"}, "unknown slot {colour}"),
            ({"lead_in": "The following applies to {product}:"}, "two slots are needed"),
            ({"title": "{product} and its rules"}, "ends with"),
            ({"nonsense": 1}, "Extra inputs"),
        ],
    )
    def test_a_pattern_that_would_not_work_is_refused(self, changed: dict[str, object], message: str) -> None:
        with pytest.raises(ValidationError, match=message):
            Wording.model_validate({**wording("en").model_dump(), **changed})
