"""Commands of the eval room."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path, typer.Option(help="A BEIR folder, or a folder of them.", show_default=False)]
Lines = Annotated[Path, typer.Option(help="A file of JSON lines.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]


def register(root: typer.Typer) -> None:
    """Add this room's commands."""
    suites = typer.Typer(help="Measure the assistant against questions with known answers.", no_args_is_help=True)
    suites.command("golden")(golden)
    suites.command("retrieval")(retrieval)
    suites.command("quoting")(quoting)
    suites.command("abstention")(abstention)
    suites.command("language")(language)
    suites.command("fit-evidence")(fit_evidence)
    suites.command("ablation")(ablation)
    root.add_typer(suites, name="eval")
    benches = typer.Typer(invoke_without_command=True)
    benches.callback()(bench)
    benches.command("ingest")(bench_ingest)
    benches.command("search")(bench_search)
    benches.command("corpus")(bench_corpus)
    root.add_typer(benches, name="bench")


def golden(
    data: Annotated[
        Path | None, typer.Option(help="A file or folder of golden questions; the sample's when not given.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Day on which the questions are asked, as 2026-11-21.")] = None,
    model: Annotated[str, typer.Option(help="ollama:TAG, or quoting.")] = "quoting",
    failures: Annotated[bool, typer.Option(help="List the questions that went wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answerable questions must cite the right document; unanswerable ones must be abstained on."""
    from eval.suites.golden import print_report, run_golden

    print_report(run_golden(data, as_of, model), failures, as_json)


def retrieval(
    data: Data,
    compare: Annotated[
        bool | None,
        typer.Option(
            "--compare/--no-compare",
            help="Ask LangChain's EnsembleRetriever the same; done where its packages are installed.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether the search finds the right documents of a corpus, which is ingested for it."""
    from eval.suites.retrieval import print_retrieval, run_retrieval

    print_retrieval(run_retrieval(data, compare), as_json)


def quoting(data: Data, as_json: AsJson = False) -> None:
    """Whether the first one, two quoted sentences hold the answer that a question has in metadata.answer."""
    from eval.suites.quoting import print_quoting, run_quoting

    print_quoting(run_quoting(data), as_json)


def abstention(data: Lines, as_json: AsJson = False) -> None:
    """Whether questions are answered where one of the given passages answers them, and there alone.

    A line: {"language": "de", "question": "…", "passages": ["…"], "answerable": true}
    """
    from eval.suites.abstention import print_abstention, run_abstention

    print_abstention(run_abstention(data), as_json)


def language(data: Lines, as_json: AsJson = False) -> None:
    """Whether the language of texts is told right.

    A line: {"text": "…", "language": "de", "kind": "sentences"}
    """
    from eval.suites.language import print_language, run_language

    print_language(run_language(data), as_json)


def fit_evidence(
    data: Annotated[
        list[Path] | None,
        typer.Option(help="To fit on as well: a file as eval abstention reads it, or a BEIR folder; may be repeated."),
    ] = None,
    write: Annotated[bool, typer.Option(help="Write the fit to app/retrieval/evidence.yaml.")] = False,
) -> None:
    """Fit the probability that passages answer a question on the golden questions, cross-validated."""
    from eval.fit_evidence import fit_and_report

    fit_and_report(data or [], write)


def ablation() -> None:
    """What each part of the retrieval score is worth on the golden questions."""
    from eval.ablation import print_ablation

    print_ablation()


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
    as_json: AsJson = False,
) -> None:
    """Time and memory of ingesting a generated corpus, against embedding alone, and of small changes to it."""
    from eval.bench_ingest import print_bench_ingest, run_bench_ingest

    print_bench_ingest(run_bench_ingest(documents, also), as_json)


def bench_search(
    chunks: Annotated[
        list[int] | None, typer.Option(min=1, help="Chunks of the knowledge base; can be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Time searches in large made knowledge bases, by filter, without the embedding of the question."""
    from eval.bench_search import SIZES, print_bench_search, run_bench_search

    print_bench_search(run_bench_search(chunks or SIZES), as_json)


def bench_corpus(
    to: Annotated[Path, typer.Option(help="A new or empty folder.")],
    documents: Annotated[int, typer.Option(min=1, help="How many documents.")] = 500,
    seed: Annotated[int, typer.Option(help="Another one gives other documents.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write the generated corpus: support policies in twelve languages and nine formats."""
    from eval.bench_corpus import write_corpus

    write_corpus(to, documents, seed, as_json)
