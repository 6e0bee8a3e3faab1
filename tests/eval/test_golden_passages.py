"""The golden questions and what the search finds for them, as the fit and the ablation use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import AppUserError
from app.retrieval.passages import Passage
from eval import ablation
from eval.bench_guards import run_bench_guards
from eval.golden_passages import search_golden
from eval.suites.golden import GoldenQuestion, read_golden

GOLDEN = Path(__file__).resolve().parents[2] / "ingest" / "sample" / "golden"


@pytest.fixture(scope="module")
def found(sample_home: Path) -> list[tuple[GoldenQuestion, list[Passage]]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLYDESK_HOME", str(sample_home))
        return search_golden(64, answerable_only=True)


@pytest.mark.slow
def test_every_answerable_question_comes_with_its_passages_best_first(
    found: list[tuple[GoldenQuestion, list[Passage]]],
) -> None:
    assert [golden for golden, _ in found] == [golden for golden in read_golden(GOLDEN) if golden.answerable]
    for _, passages in found:
        assert 0 < len(passages) <= 64
        totals = [passage.score.total for passage in passages]
        assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("measure", [lambda: search_golden(8), run_bench_guards], ids=["the search", "the guards"])
def test_where_nothing_was_ingested_that_is_said(make_home: Callable[[], Path], measure: Callable[[], object]) -> None:
    make_home()
    with pytest.raises(AppUserError, match="polydesk ingest"):
        measure()


@pytest.mark.slow
def test_the_ablation_asks_the_answerable_ones_and_finds_that_every_part_pays(
    found: list[tuple[GoldenQuestion, list[Passage]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ablation, "search_golden", lambda most, answerable_only: found)
    ablation.print_ablation()
    first, *rows = capsys.readouterr().out.splitlines()
    answerable = sum(golden.answerable for golden in read_golden(GOLDEN))
    assert first.startswith(f"{answerable} answerable golden questions")
    shares = {row[:54].strip(): [float(share) for share in re.findall(r"[\d.]+(?=%)", row[54:])] for row in rows}
    assert len(shares) == 13
    without = shares["0.2, 0.1, 0.7; country 0.08, words 0.16, own language"]
    used = shares["the same; title and headings 0.15"]
    assert used[0] > max(80, without[0])
    assert used[0] > shares["0.2 chunk, 0.1 sentence, 0.7 tokens"][0] > shares["sentence alone"][0]
    assert all(at_1 <= at_3 for at_1, at_3 in shares.values())
