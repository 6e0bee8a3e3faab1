"""Reading BEIR folders, and refusing what is not one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.beir import beir_folders, read_beir
from eval.errors import EvalUserError
from tests.eval.conftest import write_beir

CORPUS: list[dict[str, Any]] = [
    {"_id": "d1", "title": "One", "text": "Words"},
    {"_id": 2, "text": "More", "metadata": {"language": "pt-BR"}},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "Who?"},
    {"_id": "q2", "text": "Why?", "metadata": {"answer": 308}, "other": []},
]
JUDGED = [("q1", "d1", 1), ("q1", "2", 0), ("q2", "2", 2)]


def test_documents_questions_and_graded_judgements_are_read(tmp_path: Path) -> None:
    data = read_beir(write_beir(tmp_path / "set", CORPUS, QUERIES, JUDGED))
    assert [(document.id, document.title, document.language) for document in data.documents] == [
        ("d1", "One", None),
        ("2", "", "pt"),
    ]
    assert [query.metadata.answer for query in data.queries] == [None, "308"]
    assert data.judged == {"q1": {"d1": 1.0, "2": 0.0}, "q2": {"2": 2.0}}


def test_a_question_that_no_document_answers_is_not_asked(tmp_path: Path) -> None:
    judged = [("q1", "d1", 1), ("q2", "d1", 0)]
    data = read_beir(write_beir(tmp_path / "set", CORPUS, [*QUERIES, {"_id": "q3", "text": "New?"}], judged))
    assert [query.id for query in data.queries] == ["q1"]


def test_judgements_for_testing_are_preferred_to_those_for_tuning(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "set", CORPUS, QUERIES, [("q1", "d1", 1)], split="train")
    assert [query.id for query in read_beir(folder).queries] == ["q1"]
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq2\td1\t1\n")
    assert [query.id for query in read_beir(folder).queries] == ["q2"]


def test_a_byte_order_mark_blank_lines_and_separators_inside_a_text_do_no_harm(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "set", CORPUS, QUERIES, JUDGED)
    line = '{"_id": "d1", "text": "one\u2028two"}\r\n\r\n{"_id": "2", "title": null, "text": "x", "metadata": null}\r\n'
    (folder / "corpus.jsonl").write_bytes(b"\xef\xbb\xbf" + line.encode())
    assert [document.text for document in read_beir(folder).documents] == ["one\u2028two", "x"]


@pytest.mark.parametrize(
    ("file", "line", "content", "said"),
    [
        ("corpus.jsonl", 3, '{"_id": "d3", "title": "no text"}', "text: Field required"),
        ("corpus.jsonl", 3, '{"_id": "d3", "text": "x"', "the line: Invalid JSON"),
        ("corpus.jsonl", 3, '{"_id": "d1", "text": "x"}', "_id 'd1' is there already"),
        ("corpus.jsonl", 3, '{"_id": "d3", "text": "x", "metadata": {"language": "?"}}', "metadata.language: "),
        ("queries.jsonl", 3, '{"_id": "q3", "text": "  "}', "text: "),
        ("qrels/test.tsv", 5, "q1\td1", "2 columns"),
        ("qrels/test.tsv", 5, "q1\td1\tyes", "score is 'yes'"),
        ("qrels/test.tsv", 5, "q1\td9\t1", "corpus-id 'd9' is not in corpus.jsonl"),
        ("qrels/test.tsv", 5, "q9\td1\t1", "query-id 'q9' is not in queries.jsonl"),
        ("qrels/test.tsv", 5, "q1\td1\t2", "'q1' and 'd1' were judged otherwise"),
    ],
)
def test_a_bad_line_is_named_with_its_file(tmp_path: Path, file: str, line: int, content: str, said: str) -> None:
    folder = write_beir(tmp_path / "set", CORPUS, QUERIES, JUDGED)
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(content + "\n")
    with pytest.raises(EvalUserError) as refused:
        read_beir(folder)
    assert str(refused.value).startswith(f"{folder / file}:{line}: {said}")


def test_a_missing_header_is_not_taken_for_a_judgement(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "set", CORPUS, QUERIES, JUDGED)
    (folder / "qrels" / "test.tsv").write_text("q1\td1\t1\n")
    with pytest.raises(EvalUserError, match=r"test\.tsv:1: the header is missing"):
        read_beir(folder)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(EvalUserError, match="no such folder"):
        beir_folders(tmp_path / "nowhere")
    with pytest.raises(EvalUserError, match=r"no corpus\.jsonl there nor in a subfolder"):
        beir_folders(tmp_path)
    folder = write_beir(tmp_path / "set", CORPUS, QUERIES, JUDGED)
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(EvalUserError, match=r"qrels: no test\.tsv there"):
        read_beir(folder)
    (folder / "queries.jsonl").unlink()
    with pytest.raises(EvalUserError, match=r"queries\.jsonl: cannot be read"):
        read_beir(folder)


def test_a_folder_of_sets_is_its_subfolders(tmp_path: Path) -> None:
    for name in ("de", "en"):
        write_beir(tmp_path / name, CORPUS, QUERIES, JUDGED)
    (tmp_path / "notes").mkdir()
    assert list(beir_folders(tmp_path)) == ["de", "en"]
    assert beir_folders(tmp_path / "de") == {"": tmp_path / "de"}
