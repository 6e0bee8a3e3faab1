"""Real text, ingested as files: government rules in English, encyclopaedia paragraphs in twelve languages."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.answers import Finished, Question
from app.assistant import open_assistant
from app.settings import Settings
from ingest.runs import run_ingest
from ingest.settings import IngestSettings

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
ASKED = 40
DOCUMENTS = 120  # what answers the questions, and others up to so many

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.exists(), reason="the shared data sets are not beside this checkout"),
]


@pytest.mark.parametrize(("folder", "suffix", "least_cited"), [("rules", ".md", 0.48), ("xquad/mixed", ".txt", 0.55)])
def test_the_right_passage_is_cited(
    folder: str,
    suffix: str,
    least_cited: float,
    make_home: Callable[[], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    right: dict[str, set[str]] = {}
    for line in (DATA / folder / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query_id, passage_id, _score = line.split("\t")
        right.setdefault(query_id, set()).add(passage_id)
    queries = _lines(DATA / folder / "queries.jsonl")
    random.Random(20261121).shuffle(queries)
    wanted = set().union(*(right[query["_id"]] for query in queries[:ASKED]))

    files = tmp_path / "files"
    files.mkdir()
    documents = sorted(_lines(DATA / folder / "corpus.jsonl"), key=lambda document: document["_id"] not in wanted)
    for document in documents[:DOCUMENTS]:
        text = f"{document['title']}\n\n{document['text']}".strip()
        (files / f"{document['_id']}{suffix}").write_text(text, encoding="utf-8")
    home = make_home()
    summary, seconds = run_ingest(IngestSettings(home=home), [files])
    assert summary.refused == 0
    assert summary.added == len(list(files.iterdir()))

    answered = cited = 0
    assistant = open_assistant(Settings(home=home, model="quoting"))
    try:
        for query in queries[:ASKED]:
            *_, last = assistant.ask(Question(text=query["text"], as_of=date(2026, 11, 21)))
            assert isinstance(last, Finished)
            names = {Path(unquote(citation.uri)).stem for citation in last.answer.citations}
            answered += last.answer.action == "answer"
            cited += bool(names & right[query["_id"]])
    finally:
        assistant.close()
    with capsys.disabled():
        print(
            f"\n{folder}: {summary.added} files ingested in {seconds:.0f} s; of {ASKED} questions "
            f"{answered / ASKED:.1%} answered, {cited / ASKED:.1%} with the right passage cited"
        )
    assert cited / ASKED >= least_cited


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
