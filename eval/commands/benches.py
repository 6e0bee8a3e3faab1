"""The commands that measure time and memory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]


def register(benches: typer.Typer) -> None:
    """Add a command for each, and what the group does by itself."""
    benches.callback()(bench)
    benches.command("ingest")(bench_ingest)
    benches.command("ray")(bench_ray)
    benches.command("search")(bench_search)
    benches.command("guards")(bench_guards)
    benches.command("triage")(bench_triage)
    benches.command("page")(bench_page)
    benches.command("load")(bench_load)
    benches.command("corpus")(bench_corpus)
    benches.command("routing")(bench_routing)
    benches.command("telemetry")(bench_telemetry)
    benches.command("recall")(bench_recall)


def bench(
    context: typer.Context,
    as_json: AsJson = False,
) -> None:
    """Time a cold question, a warm one, and ingestion against embedding alone."""
    if context.invoked_subcommand:
        return
    from eval.bench import print_figures, run_bench

    print_figures(run_bench(), as_json)


def bench_ingest(
    documents: Annotated[int, typer.Option(min=1, help="Generated documents to ingest.")] = 500,
    also: Annotated[
        int | None, typer.Option(min=1, help="A second, larger corpus, to see how time and memory grow.")
    ] = None,
    rounds: Annotated[
        int, typer.Option(min=1, help="Ingest and embed alone so often, in turn; the median ratio is given.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Time and memory of ingesting a generated corpus, against embedding alone, and of small changes to it."""
    from eval.bench_ingest import print_bench_ingest, run_bench_ingest

    print_bench_ingest(run_bench_ingest(documents, also, rounds), as_json)


def bench_ray(
    documents: Annotated[int, typer.Option(min=2, help="Generated documents to ingest.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Ingestion on a Ray of this machine, with one worker and with two, and what a million documents would take."""
    from eval.bench_ray import print_bench_ray, run_bench_ray

    print_bench_ray(run_bench_ray(documents), as_json)


def bench_search(
    chunks: Annotated[
        list[int] | None, typer.Option(min=1, help="Chunks of the knowledge base; can be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Time searches in large made knowledge bases, by filter, without the embedding of the question."""
    from eval.bench_search import SIZES, print_bench_search, run_bench_search

    print_bench_search(run_bench_search(chunks or SIZES), as_json)


def bench_guards(as_json: AsJson = False) -> None:
    """Time every guard on the golden questions, what is found for them, and sentences of it."""
    from eval.bench_guards import print_bench_guards, run_bench_guards

    print_bench_guards(run_bench_guards(), as_json)


def bench_triage(
    tickets: Annotated[int, typer.Option(min=100, help="Made tickets to learn from.")] = 10_000,
    asked: Annotated[int, typer.Option(min=1, help="Others that are sorted one by one.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Time learning from tickets with their embedding, and sorting one ticket at a time."""
    from eval.bench_triage import print_bench_triage, run_bench_triage

    print_bench_triage(run_bench_triage(tickets, asked), as_json)


def bench_page(
    sessions: Annotated[int, typer.Option(min=1, help="Agents at once.")] = 25,
    rounds: Annotated[int, typer.Option(min=1, help="How often each opens every kind of page.")] = 3,
    reading: Annotated[
        tuple[float, float], typer.Option(help="Seconds that an agent reads before the next page, least and most.")
    ] = (2.0, 8.0),
    as_json: AsJson = False,
) -> None:
    """Agents who use the page at once: how long it takes to draw, and what their sessions weigh."""
    from eval.bench_page import print_bench_page, run_bench_page

    print_bench_page(run_bench_page(sessions, rounds, reading), as_json)


def bench_load(
    agents: Annotated[int, typer.Option(min=1, max=500, help="Agents at once.")] = 25,
    minutes: Annotated[float, typer.Option(min=0.1, max=240, help="How long they work.")] = 5.0,
    reading: Annotated[
        tuple[float, float], typer.Option(help="Seconds that an agent reads before the next thing, least and most.")
    ] = (20.0, 60.0),
    model: Annotated[str, typer.Option(help="Who answers, as ollama:llama3.2:3b; quoting needs no model.")] = "quoting",
    accounts: Annotated[bool, typer.Option(help="Each agent signs in with an own account.")] = True,
    as_json: AsJson = False,
) -> None:
    """Agents who ask at once, in a home of its own: waiting times, memory, and what becomes of every question."""
    from eval.load.bench import print_bench_load, run_bench_load

    measured = run_bench_load(agents, minutes, reading, model, accounts)
    print_bench_load(measured, as_json)
    if not measured.is_sound:
        raise typer.Exit(1)


def bench_corpus(
    to: Annotated[Path, typer.Option(help="A new or empty folder.")],
    documents: Annotated[int, typer.Option(min=1, help="How many documents.")] = 500,
    seed: Annotated[int, typer.Option(help="Another one gives other documents.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write the generated corpus: support policies in twelve languages and nine formats."""
    from eval.bench_corpus import write_corpus

    write_corpus(to, documents, seed, as_json)


def bench_routing(
    small: Annotated[
        str | None, typer.Option(help="A model, as ollama:llama3.2:3b; simulated ones when not given.")
    ] = None,
    large: Annotated[str | None, typer.Option(help="The model behind it.")] = None,
    golden: Annotated[Path | None, typer.Option(help="Your own golden questions, as a file or folder.")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="How many questions; all when not given.")] = None,
    seed: Annotated[int, typer.Option(help="Another one draws other questions, and other mistakes.")] = 0,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Questions asked at once.")] = 1,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write a page with the curve.")] = None,
    as_json: AsJson = False,
) -> None:
    """Quality against cost and waiting: a small model alone, a large one alone, and the route between them."""
    from eval.routing.command import bench_and_print, run_bench_routing

    measured, points = run_bench_routing(small, large, golden, size, seed, parallel)
    bench_and_print(measured, points, output, as_json)


def bench_telemetry(
    questions: Annotated[int, typer.Option(min=1, help="Golden questions to ask.")] = 40,
    rounds: Annotated[int, typer.Option(min=1, help="How often they are asked, with telemetry and without.")] = 8,
    as_json: AsJson = False,
) -> None:
    """What telemetry adds to quoting answers of the knowledge base, in processor time."""
    from eval.bench_telemetry import print_bench_telemetry, run_bench_telemetry

    print_bench_telemetry(run_bench_telemetry(questions, rounds), as_json)


def bench_recall(
    questions: Annotated[int, typer.Option(min=2, help="Golden questions to ask twice.")] = 40,
    as_json: AsJson = False,
) -> None:
    """Answers given again: which questions are taken for the same, and the time of a hit against a quoting answer."""
    from eval.bench_recall import print_bench_recall, run_bench_recall

    print_bench_recall(run_bench_recall(questions), as_json)
