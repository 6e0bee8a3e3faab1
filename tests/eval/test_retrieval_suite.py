"""Retrieval and quoting over small data sets in three languages, through ingestion and search as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval import beir_suite
from eval.beir import Document
from eval.beir_suite import SetRun
from eval.corpus_homes import CorpusSource
from eval.ensemble import can_compare
from eval.errors import EvalUserError
from eval.ranking import MEASURES
from eval.suites import quoting, retrieval
from eval.suites.quoting import hits, run_quoting
from eval.suites.retrieval import run_retrieval
from ingest import knowledge
from ingest.chunking import embedding_text
from ingest.documents import SourceItem
from ingest.embedding.centring import CentredEmbedder
from ingest.parsing import parse
from ingest.plan import Work
from ingest.preparing import Preparer
from ingest.reading import DocumentReader
from tests.eval.conftest import write_beir
from tests.support.command import Command
from tests.support.hashed_embedder import hashed

CORPUS: list[dict[str, Any]] = [
    {"_id": "de/2024-01-01", "title": "Rückgabe", "text": "Matratzen nehmen wir 30 Tage lang zurück. Das ist gratis."},
    {"_id": "de/2025-01-01", "title": "Versand", "text": "Pakete in die Schweiz kosten 12 Franken."},
    {"_id": "de.3", "title": "Garantie", "text": "Die Lampe Lumo hat zwei Jahre Garantie."},
    {
        "_id": "en.1",
        "title": "Opening hours",
        "text": "Our shop in Leeds opens at nine.",
        "metadata": {"language": "en"},
    },
    {"_id": "en.2", "title": "", "text": "Gift cards never expire."},
    {"_id": "en.3", "title": "Complaints department", "text": ""},
    {"_id": "th.1", "title": "การชำระเงิน", "text": "ลูกค้าชำระเงินด้วยบัตรเครดิตได้"},
    {"_id": "th.2", "title": "ใบกำกับภาษี", "text": "ใบกำกับภาษีส่งทางอีเมลภายในเจ็ดวัน"},
]
GERMAN: list[dict[str, Any]] = [
    {"_id": "1", "text": "Wie lange kann ich eine Matratze zurückgeben?", "metadata": {"answer": "30 TAGE"}},
    {"_id": "2", "text": "Was kostet der Versand in die Schweiz?", "metadata": {"answer": "12 Franken"}},
    {"_id": "3", "text": "Verfällt ein Geschenkgutschein?"},
]
THAI: list[dict[str, Any]] = [
    {"_id": "1", "text": "จ่ายด้วยบัตรเครดิตได้ไหม", "metadata": {"language": "th"}},
    {"_id": "2", "text": "ที่นอนคืนได้ภายในกี่วัน"},
    {"_id": "unjudged", "text": "ไม่มีคำตอบ"},
]
GERMAN_JUDGED = [("1", "de/2024-01-01", 1), ("2", "de/2025-01-01", 1), ("3", "en.2", 1)]
THAI_JUDGED = [("1", "th.1", 2), ("1", "th.2", 1), ("2", "de/2024-01-01", 1)]


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    write_beir(folder / "german", CORPUS, GERMAN, GERMAN_JUDGED)
    write_beir(folder / "thai", CORPUS, THAI, THAI_JUDGED)
    return folder


@pytest.fixture(scope="module")
def runs(sets: Path, embedder: CentredEmbedder) -> Mapping[str, SetRun]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knowledge, "open_centred_embedder", lambda *_: embedder)
        return run_retrieval(sets, None)


def test_the_right_documents_are_found_across_languages(runs: Mapping[str, SetRun]) -> None:
    assert [each.values["recall@1"] for each in runs["german"].scored] == [1.0, 1.0, 1.0]
    payment, mattress = runs["thai"].scored
    assert payment.values["recall@1"] == 0.5  # the other relevant document cannot be first as well
    assert payment.values["recall@10"] == payment.values["mrr@10"] == mattress.values["recall@5"] == 1.0


def test_documents_whose_ids_differ_in_a_date_alone_are_two(runs: Mapping[str, SetRun]) -> None:
    details = runs["german"].details or {}
    assert (details["documents"], details["refused"], details["passages"]) == (8, 0, 8)


def test_a_corpus_that_comes_again_is_ingested_once(runs: Mapping[str, SetRun]) -> None:
    german, thai = (run.details or {} for run in runs.values())
    assert german["ingest_seconds"] == thai["ingest_seconds"]


def test_the_report_has_every_measure_with_its_interval_for_each_set_and_language_and_their_mean(
    runs: Mapping[str, SetRun],
) -> None:
    report = beir_suite.report(runs, list(MEASURES))
    assert report["queries"] == 5
    assert set(report["sets"]) == {"german", "thai"}
    assert set(report["sets"]["german"]["by_language"]) == {"de"}
    assert set(report["sets"]["thai"]["by_language"]) == {"th"}
    assert report["sets"]["thai"]["queries"] == 2
    for figures in (report["mean"], report["sets"]["german"], report["sets"]["thai"]["by_language"]["th"]):
        for name in MEASURES:
            interval = figures["intervals"][name]
            assert interval["low"] <= figures[name] == interval["value"] <= interval["high"]
    values = [report["sets"][name]["ndcg@10"] for name in ("german", "thai")]
    assert report["mean"]["ndcg@10"] == pytest.approx(sum(values) / 2, abs=1e-4)


@pytest.mark.skipif(not can_compare(), reason="the packages of polydesk[compare] are not installed")
def test_the_ensemble_is_asked_the_same_questions(runs: Mapping[str, SetRun]) -> None:
    report = beir_suite.report(runs, list(MEASURES))
    german = report["sets"]["german"]["comparison"]
    assert german["recall@5"] >= 2 / 3  # two of the questions share words with their document
    assert german["intervals"]["recall@5"]["count"] == report["sets"]["german"]["queries"]
    assert set(report["mean"]["comparison"]["intervals"]) == set(MEASURES)


def test_a_document_without_a_title_or_without_a_text_is_known_by_its_own_words_alone() -> None:
    documents = [Document.model_validate(line) for line in (CORPUS[4], CORPUS[5])]
    source = CorpusSource(documents)
    preparer = Preparer(DocumentReader(parse, lambda _text, _around: "en", lambda texts: [1] * len(texts)))
    for item, words in zip(source.items(), ("Gift cards never expire.", "Complaints department"), strict=True):
        assert isinstance(item, SourceItem)
        version = preparer.prepare(Work("add", source, item, None)).version
        for chunk in version.chunks:
            assert set(embedding_text(chunk, version.title).strip().split("\n")) == {words}


def test_a_long_document_leaves_room_for_ten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "open_centred_embedder", lambda *_: hashed())
    rules = " ".join(f"Returned parcel number {at} is opened, weighed and put on shelf {at}." for at in range(300))
    parcel = "A returned parcel is opened by two."
    corpus = [{"_id": "long", "text": rules}, {"_id": "short", "text": f"Lamps and lights. {parcel}"}]
    queries = [{"_id": "q", "text": "Which returned parcel is opened, weighed and put on a shelf?"}]
    folder = write_beir(tmp_path / "set", corpus, queries, [("q", "short", 1)])
    report = beir_suite.report(run_retrieval(folder, compare=False), list(MEASURES))
    assert report["passages"] > 10 and "comparison" not in report
    assert report["recall@10"] == 1.0


def test_quoted_sentences_are_held_against_the_answer(
    sets: Path, embedder: CentredEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge, "open_centred_embedder", lambda *_: embedder)
    report = beir_suite.report(run_quoting(sets / "german"), quoting.MEASURES)
    assert report["queries"] == 2  # the third question does not say its answer
    assert report["hit@2"] == report["by_language"]["de"]["hit@2"] == 1.0


@pytest.mark.parametrize(
    ("answer", "quotes", "first", "second"),
    [
        ("30 TAGE", ["Matratzen: 30 Tage.", "12 Franken"], 1.0, 1.0),
        ("12 Franken", ["30 Tage", "Porto: 12\u00a0Franken."], 0.0, 1.0),
        ("３０ Tage ", ["Nach 30 Tage"], 1.0, 1.0),
        ("zwei", ["eins", "noch eins", "zwei"], 0.0, 0.0),
        ("zwei", [], 0.0, 0.0),
    ],
)
def test_an_answer_is_looked_for_in_two_sentences_however_it_is_written(
    answer: str, quotes: list[str], first: float, second: float
) -> None:
    assert hits(answer, quotes) == {"hit@1": first, "hit@2": second}


def test_questions_without_answers_cannot_be_quoted(sets: Path) -> None:
    with pytest.raises(EvalUserError, match=r"queries\.jsonl: no judged question has an answer"):
        run_quoting(sets / "thai")


def test_bad_data_is_one_line_and_status_2(polydesk: Command, tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "set", CORPUS, GERMAN, [("1", "nowhere", 1)])
    for suite in ("retrieval", "quoting"):
        status, out, err = polydesk("eval", suite, "--data", folder, "--json")
        assert (status, out) == (2, "")
        assert err == f"polydesk: {folder}/qrels/test.tsv:2: corpus-id 'nowhere' is not in corpus.jsonl\n"


def test_a_comparison_without_its_packages_is_refused_when_asked_for(
    polydesk: Command, sets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.ensemble.find_spec", lambda _name: None)
    status, _, err = polydesk("eval", "retrieval", "--data", sets, "--compare")
    assert status == 2 and "polydesk[compare]" in err and err.count("\n") == 1


def test_figures_are_printed_as_one_object_or_as_a_table(
    runs: Mapping[str, SetRun], capsys: pytest.CaptureFixture[str]
) -> None:
    retrieval.print_retrieval(runs, as_json=True)
    assert json.loads(capsys.readouterr().out)["mean"]["recall@10"] == 1.0
    retrieval.print_retrieval(runs, as_json=False)
    table = capsys.readouterr().out
    assert "german" in table and "100.0%" in table
