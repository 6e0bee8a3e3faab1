"""``polydesk bench routing`` on a few questions: the route is taken for real, and its figures fit together."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from app.settings import Settings
from eval.routing import command
from eval.routing.command import run_bench_routing
from eval.routing.figures import as_object
from eval.routing.measuring import LARGE, ROUTED, SMALL, STRATEGIES, Measured, Summary
from eval.routing.page import routing_page
from eval.routing.replaying import Point
from eval.routing.server import served_pair
from eval.runs.command import named
from eval.runs.describing import model_version
from tests.eval.runs.homes import home_over
from tests.support.command import Command
from tests.support.ollama import OllamaServer, ScriptedBackend

QUESTIONS = 12  # one of each language; the command asks all


@pytest.fixture(scope="module")
def bench(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Measured, list[Point]]:
    home = home_over(sample_home, tmp_path_factory.mktemp("routing") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLYDESK_HOME", str(home))
        patch.setattr(command, "served_pair", partial(served_pair, patience=0))
        found = run_bench_routing(None, None, None, QUESTIONS, 0, 2)
    assert not (home / "routing.json").exists()  # the day's budget is for questions that people ask
    return found


@pytest.mark.slow
def test_routed_nine_tenths_of_the_quality_come_for_four_tenths_of_the_calls(
    bench: tuple[Measured, list[Point]],
) -> None:
    summaries = {strategy: Summary.of(bench[0], strategy) for strategy in STRATEGIES}
    found = as_object(bench[0], summaries, bench[1])
    json.dumps(found)
    over = found["routed_over_large"]
    assert over["quality"] >= 0.9
    assert over["calls"] <= 0.4
    assert over["cost"] < 0.6
    assert sum(found["asked_because"].values()) == summaries[ROUTED].large_calls
    assert summaries[SMALL].large_calls == summaries[LARGE].small_calls == 0


@pytest.mark.slow
def test_the_curve_tells_of_the_thresholds_as_set_what_was_measured(bench: tuple[Measured, list[Point]]) -> None:
    measured, points = bench
    summary, large = Summary.of(measured, ROUTED), Summary.of(measured, LARGE)
    (shipped,) = [point for point in points if point.is_shipped]
    assert shipped.quality == pytest.approx(summary.quality.value, abs=1e-4)
    assert shipped.calls == pytest.approx(summary.large_calls / large.large_calls)
    assert shipped.cost == pytest.approx(summary.cost / large.cost)
    calls = [point.calls for point in points]
    assert (calls[0], calls[-1], calls) == (0.0, 1.0, sorted(calls))


@pytest.mark.slow
def test_the_page_shows_the_three_and_the_curve_without_a_network(bench: tuple[Measured, list[Point]]) -> None:
    measured, points = bench
    page = routing_page(measured, {strategy: Summary.of(measured, strategy) for strategy in STRATEGIES}, points)
    assert all(words in page for words in ("small only", "large only", "routed", "(as set)", "<polyline"))
    assert "http://" not in page and "<script" not in page


def test_half_a_pair_is_no_pair(polydesk: Command) -> None:
    status, _, err = polydesk("bench", "routing", "--small", "ollama:a")
    assert (status, "name both --small and --large" in err) == (2, True)


def test_a_route_is_a_model_to_the_runs_of_an_evaluation() -> None:
    route = named(Settings(), "routed:llama3.1:8b,ollama:mistral:7b")
    assert route == "routed:ollama:llama3.1:8b,ollama:mistral:7b"
    with OllamaServer(ScriptedBackend(), models=("llama3.1:8b", "mistral:7b")) as server:
        settings = Settings(ollama_url=server.url)
        both = model_version(settings, named(settings, "routed:llama3.1:8b,mistral:7b"))
        alone = model_version(settings, "ollama:mistral:7b")
        assert both.digest and both.digest != alone.digest and both.size > alone.size > 0
        assert model_version(settings, named(settings, "routed:llama3.1:8b,mistral-small:24b")).digest == ""
