"""A second look at the best of what was found: it orders them, and is asked of nobody who did not name a model."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from app.errors import AppError, AppUserError
from app.retrieval.cross_encoder import CrossEncoderReranker, open_reranker
from app.retrieval.evidence import features, load_evidence_model
from app.retrieval.explaining import explain
from app.retrieval.reranking import rerank
from app.retrieval.search import PassageSearch
from app.settings import Settings
from ingest.knowledge import Knowledge
from ingest.ledger.reading import Scope
from tests.app.passages import passage
from tests.support.models import tiny_cross_encoder
from tests.support.patience import PATIENCE_S

TODAY = date(2026, 11, 21)
RETURNS = "How many days to send an article back?"


class LongestFirst:
    """Finds that the longest text answers best."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((question, list(texts)))
        longest = max(map(len, texts))
        return [len(text) / longest for text in texts]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder(tmp_path_factory.mktemp("tiny"))


def test_the_best_are_put_in_the_order_of_the_reranker_and_the_rest_stay_behind() -> None:
    lengths = [3, 9, 1, 7, *range(10, 40)]
    found = [passage(["x" * n], document=f"{n}.md", similarity=0.9 - at / 1000) for at, n in enumerate(lengths)]
    ranked = rerank(LongestFirst(), "?", found)
    best, rest = sorted(lengths[:24], reverse=True), lengths[24:]
    assert [len(p.units[0]) for p in ranked] == [*best, *rest]
    assert {p.score.reranked is None for p in ranked[:24]} == {False}
    assert {p.score.reranked for p in ranked[24:]} == {None}
    totals = [p.score.total for p in ranked]
    assert totals == sorted(totals, reverse=True)


def test_nothing_found_is_nothing_reranked(folder: Path) -> None:
    assert rerank(CrossEncoderReranker(str(folder), folder), "?", []) == []


def test_the_search_asks_it_once_with_titles_and_headings_and_says_what_it_thought(sample: Knowledge) -> None:
    reranker = LongestFirst()
    found = PassageSearch(sample, reranker).search(RETURNS, "en", Scope(TODAY), 8)
    (asked,) = reranker.asked
    assert asked[0] == RETURNS
    assert len(asked[1]) == 24
    assert found[0].text in asked[1]
    lengths = [len(p.text) for p in found]
    assert lengths[0] > lengths[-1]
    for each in found:
        parts = explain(each)
        assert parts[-1].code == "reranker"
        assert sum(part.product for part in parts) == pytest.approx(each.score.total, abs=1e-5)


def test_whether_there_is_evidence_is_told_without_it(sample: Knowledge) -> None:
    found = PassageSearch(sample).search(RETURNS, "en", Scope(TODAY), 8)
    turned_round = sorted(rerank(LongestFirst(), RETURNS, found), key=lambda p: p.score.total)
    assert [p.chunk for p in turned_round] != [p.chunk for p in found]
    assert features([p.score for p in turned_round]) == features([p.score for p in found])
    model = load_evidence_model()
    assert model.probability(turned_round) == model.probability(found)


def test_without_a_name_there_is_none_and_with_one_nothing_is_loaded_before_the_first_question() -> None:
    assert open_reranker(Settings()) is None
    script = (
        "import sys; from app.settings import Settings; from app.retrieval.cross_encoder import open_reranker\n"
        "assert open_reranker(Settings(reranker='BAAI/bge-reranker-v2-m3')); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "app" in loaded
    assert not loaded & {"torch", "transformers", "sentence_transformers", "huggingface_hub"}


def test_a_cross_encoder_in_a_folder_reads_question_and_text_together(folder: Path, tmp_path: Path) -> None:
    reranker = CrossEncoderReranker(str(folder), tmp_path)
    texts = ["thirty days", "a fee of nine", "thirty days", "z" * 400]
    scores = reranker.scores("how long", texts)
    assert all(0 < score < 1 for score in scores)
    assert scores[0] == pytest.approx(scores[2], abs=1e-5)
    assert len({round(score, 4) for score in scores}) == 3
    assert reranker.scores("what fee", texts)[0] != pytest.approx(scores[0], abs=1e-4)


def test_it_is_opened_once(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sentence_transformers

    opened: list[str] = []
    real = sentence_transformers.CrossEncoder

    def counted(name: str, **options: object) -> object:
        opened.append(name)
        return real(name, **options)

    monkeypatch.setattr(sentence_transformers, "CrossEncoder", counted)
    reranker = CrossEncoderReranker(str(folder), tmp_path)
    assert reranker.scores("how long", ["a"]) == reranker.scores("how long", ["a"])
    assert opened == [str(folder)]


def without_a_head(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"architectures": ["BertModel"]}))


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"not weights")


@pytest.mark.parametrize(
    ("broken", "says"), [(without_a_head, "no cross-encoder"), (without_weights, "cannot be opened")]
)
def test_a_folder_that_cannot_be_used_is_one_line_with_what_to_do(tmp_path: Path, broken: object, says: str) -> None:
    made = tiny_cross_encoder(tmp_path / "model")
    assert callable(broken)
    broken(made)
    refused(str(made), tmp_path, says)


def test_a_model_with_several_scores_is_refused(tmp_path: Path) -> None:
    refused(str(tiny_cross_encoder(tmp_path / "model", labels=3)), tmp_path, "3 numbers")


@pytest.mark.parametrize("name", ["nobody/no-such-reranker", "./nothing-here"])
def test_a_model_that_is_nowhere_is_one_line_with_what_to_do(tmp_path: Path, name: str) -> None:
    refused(name, tmp_path, "POLYDESK_RERANKER")


def refused(name: str, models: Path, says: str) -> None:
    with pytest.raises(AppUserError, match=says) as error:
        CrossEncoderReranker(name, models).scores("how long", ["thirty days"])
    line = str(error.value)
    assert line.startswith(f"re-ranker {name}: ")
    assert "POLYDESK_RERANKER" in line
    assert "\n" not in line


def test_a_model_that_gives_no_numbers_is_an_error_and_no_order(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    made = tiny_cross_encoder(tmp_path / "model")
    weights = load_file(made / "model.safetensors")
    weights["classifier.bias"].fill_(float("nan"))
    save_file(weights, made / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(AppError, match="no number"):
        CrossEncoderReranker(str(made), tmp_path).scores("how long", ["thirty days"])
