"""The golden questions and what the search finds for them, as the fit and the ablation use it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.ablation import print_ablation
from eval.golden_passages import search_golden
from eval.suites.golden import read_golden

GOLDEN = Path(__file__).resolve().parents[2] / "ingest" / "sample" / "golden"


@pytest.fixture
def _sample(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(sample_home))


@pytest.mark.slow
@pytest.mark.usefixtures("_sample")
def test_every_question_comes_with_its_passages_best_first() -> None:
    found = search_golden(5)
    assert [golden for golden, _ in found] == read_golden(GOLDEN)
    for _, passages in found:
        assert 0 < len(passages) <= 5
        totals = [passage.score.total for passage in passages]
        assert totals == sorted(totals, reverse=True)


@pytest.mark.slow
@pytest.mark.usefixtures("_sample")
def test_the_ablation_asks_the_answerable_ones_and_finds_that_every_part_pays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_ablation()
    first, *rows = capsys.readouterr().out.splitlines()
    answerable = sum(golden.answerable for golden in read_golden(GOLDEN))
    assert first.startswith(f"{answerable} answerable golden questions")
    shares = {row[:52].strip(): [float(share) for share in re.findall(r"[\d.]+(?=%)", row[52:])] for row in rows}
    assert len(shares) == 11
    used = shares["0.2 chunk, 0.1 sentence, 0.7 tokens; both"]
    assert used[0] > 75
    assert used[0] > shares["0.2 chunk, 0.1 sentence, 0.7 tokens"][0] > shares["sentence alone"][0]
    assert all(at_1 <= at_3 for at_1, at_3 in shares.values())
