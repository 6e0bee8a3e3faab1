"""``polydesk bench routing``: from two models to a table, a curve and a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from app.models.routing.policy import RoutingPolicy, open_routing
from app.phases import shown_phases
from app.settings import Settings, load_settings
from eval.errors import EvalUserError
from eval.report.page import write_page
from eval.reporting import print_json
from eval.routing.figures import TITLES, as_object, reasons_asked, routed_over_large
from eval.routing.measuring import STRATEGIES, Measured, Models, Summary, measure, models_of
from eval.routing.page import routing_page
from eval.routing.pair import Simulation, load_pair
from eval.routing.replaying import Point, sweep
from eval.routing.server import served_pair
from eval.runs.context import RunContext
from eval.sample import GOLDEN
from eval.suites.golden import GoldenQuestion, asked_on, read_golden


def run_bench_routing(
    small: str | None, large: str | None, golden: Path | None, size: int | None, seed: int, parallel: int
) -> tuple[Measured, list[Point]]:
    """Measure, and tell what other thresholds would have done.

    :param small: the name of a real model; with ``large``. The simulated pair when neither is given.
    :raises EvalUserError: only one is given, the data cannot be read, or the knowledge base is empty.
    """
    if (small is None) != (large is None):
        raise EvalUserError("name both --small and --large, or neither for the simulated pair")
    settings, folder = load_settings(), golden or GOLDEN
    questions = RunContext(settings, seed=seed).sample(read_golden(folder), size, lambda each: each.language)
    with _models(settings, small, large, questions, seed) as (used, models), shown_phases() as phases:
        measured = measure(used, models, questions, asked_on(folder), parallel, phases)
    return measured, sweep(measured)


@contextmanager
def _models(
    settings: Settings, small: str | None, large: str | None, questions: Sequence[GoldenQuestion], seed: int
) -> Iterator[tuple[Settings, Models]]:
    policy = open_routing(settings.routing)()
    if small is not None and large is not None:
        yield settings, models_of(settings, small, large, policy)
        return
    pair = load_pair()
    with served_pair(pair, Simulation(questions, seed)) as url:
        used = settings.model_copy(update={"ollama_url": url})
        both = (pair.small, pair.large)
        prices = {each.name: each.price.of for each in both}
        spoken = {each.name: each.languages for each in both}
        yield used, models_of(used, pair.small.name, pair.large.name, _speaking(policy, spoken), prices)


def _speaking(policy: RoutingPolicy, spoken: dict[str, tuple[str, ...]]) -> RoutingPolicy:
    languages = policy.languages.model_copy(update={"own": {**policy.languages.own, **spoken}})
    return policy.model_copy(update={"languages": languages})


def bench_and_print(measured: Measured, points: Sequence[Point], output: Path | None, as_json: bool) -> None:
    """Print the figures, and write the page where one is wanted."""
    summaries = {strategy: Summary.of(measured, strategy) for strategy in STRATEGIES}
    if output:
        written = write_page(output, routing_page(measured, summaries, points))
        typer.echo(f"Written to {written}", err=True)
    if as_json:
        print_json(as_object(measured, summaries, points))
    else:
        _print(measured, summaries, points)


def _print(measured: Measured, summaries: dict[str, Summary], points: Sequence[Point]) -> None:
    from rich.console import Console
    from rich.table import Table

    console, models = Console(highlight=False), measured.models
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("", "right", "95 %", "large asked", "small asked", "cost", "median", "95th of 100"):
        table.add_column(name, justify="left" if not name else "right")
    for name, each in summaries.items():
        table.add_row(
            TITLES[name],
            f"{each.quality.value or 0:.1%}",
            f"{each.quality.low or 0:.1%} to {each.quality.high or 0:.1%}",
            str(each.large_calls),
            str(each.small_calls),
            f"{each.cost:.4f}" if models.prices else "no price",
            f"{each.median_ms:.0f} ms",
            f"{each.p95_ms:.0f} ms",
        )
    console.print(f"{models.small}, then {models.large}: {len(measured.questions)} questions", markup=False)
    console.print(table)
    ratios = routed_over_large(summaries)
    said = [f"{value:.1%} of its {name}" for name, value in ratios.items() if value is not None]
    console.print(f"Routed, against the large model alone: {', '.join(said)}.")
    asked = ", ".join(f"{why} {count}" for why, count in reasons_asked(measured).items())
    console.print(f"The large model was asked because of: {asked or 'nothing'}.")
    console.print("\nOther thresholds, told from the same answers:")
    curve = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("the large model is asked first", "right", "large asked", "cost", "median"):
        curve.add_column(name, justify="left" if name.startswith("the") else "right")
    for point in points:
        curve.add_row(
            point.label + (" (as set)" if point.is_shipped else ""),
            f"{point.quality:.1%}",
            f"{point.calls:.1%}",
            f"{point.cost:.1%}" if point.cost is not None else "",
            f"{point.median_ms:.0f} ms",
        )
    console.print(curve)
