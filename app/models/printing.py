"""Models as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from app.models.catalogue import Catalogue, Entry
from app.models.licensing import duties_of
from app.models.memory import GB, memory_need
from app.models.plain import Health, on_hosts, quantisations
from app.models.pulling import PullStep
from app.models.recommending import Recommendation
from app.models.wishes import Wishes

_MARKS = {"for": "[green]+[/]", "against": "[yellow]-[/]", "never": "[red]×[/]", "duty": "[cyan]§[/]"}


def print_list(catalogue: Catalogue, context: int, health: Health, others: Sequence[str], current: str | None) -> None:
    """A row for each model, and what else is on the servers."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("model", "there", "for", "parameters", "file", "memory", "licence"):
        right = name in ("parameters", "file", "memory")
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    for entry in catalogue.models:
        need = memory_need(catalogue, entry, context)
        table.add_row(
            escape(entry.name),
            _there(entry, health),
            entry.task,
            _billions(entry.parameters),
            f"{entry.files[0].bytes / GB:.1f} GB" if entry.files else "",
            f"{need.total / GB:.1f} GB" if need else "",
            entry.licence.id,
        )
    console.print(table)
    console.print(f"\nMemory: with {context} tokens of context, without a GPU's driver.")
    if others:
        console.print(f"Also on the server: {escape(', '.join(others))}")
    if down := [url for url, tags in health.items() if tags is None]:
        console.print(f"No Ollama server answers at {escape(', '.join(down))}.")
    console.print(f"Default: {escape(current or 'the first Mistral or Llama model on the server')}")


def print_entry(catalogue: Catalogue, entry: Entry, context: int, health: Health) -> None:
    """All that is known of one model, with sources."""
    console = Console(highlight=False)
    console.print(f"[bold]{escape(entry.title)}[/] · {escape(entry.maker)} · for {entry.task}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value, source in _facts(catalogue, entry, context, health):
        table.add_row(name, escape(value) + (f"\n[dim]{escape(source)}[/]" if source else ""))
    console.print(table)
    sizes = [(each, memory_need(catalogue, entry, context, each)) for each in quantisations(catalogue, entry)]
    if any(need for _, need in sizes):
        sources = catalogue.memory
        console.print(f"\nMemory with {context} tokens of context, without a GPU's driver:")
        rows = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("quantisation", "weights", "keys and values", "buffers", "in all"):
            rows.add_column(name, justify="left" if name == "quantisation" else "right")
        for each, need in sizes:
            if need:
                parts = (need.weights, need.cache, need.buffers, need.total)
                rows.add_row(each, *(f"{part / GB:.1f} GB" for part in parts))
        console.print(rows)
        console.print(f"[dim]{escape(sources.bits_per_weight.source)}\n{escape(sources.buffers.source)}[/]")


def print_recommendations(found: Sequence[Recommendation], wishes: Wishes) -> None:
    """What to take, and the reasons for and against each."""
    console = Console(highlight=False)
    best = next((each for each in found if each.fits), None)
    if best is None:
        tip = "" if wishes.hosted else " `--hosted` also considers models that their maker runs."
        console.print(f"Nothing in the catalogue fits.{tip}")
    else:
        console.print(f"Take [bold]{escape(best.name)}[/]. Measure it on your documents before you rely on it.")
    sources: dict[str, int] = {}
    for each in found:
        console.print(f"\n[bold]{escape(each.entry.title)}[/]" + ("" if each.fits else " [red]ruled out[/]"))
        for reason in each.reasons:
            if not each.fits and reason.weight != "never":
                continue  # what else there is to say of it helps nobody
            number = sources.setdefault(reason.source, len(sources) + 1) if reason.source else None
            mark = f" [dim]({number})[/]" if number else ""
            console.print(Padding(f"{_MARKS[reason.weight]} {escape(reason.text)}{mark}", (0, 0, 0, 2)))
    console.print("\nSources:")
    for source, number in sources.items():
        console.print(f"[dim]({number}) {escape(source)}[/]", soft_wrap=True)


def print_duties(catalogue: Catalogue, entry: Entry) -> None:
    """What the licence of a model asks."""
    console, licence = Console(highlight=False), catalogue.licence_of(entry)
    console.print(f"{escape(entry.title)}: {escape(licence.name)} [dim]{escape(licence.source)}[/]")
    for duty in duties_of(licence, entry):
        console.print(Padding(f"§ {escape(duty.text)}", (0, 0, 0, 2)))


@contextmanager
def pull_progress(tag: str, url: str, shown: bool) -> Iterator[Callable[[PullStep], None]]:
    """A progress bar on standard error, a line for each file; what is yielded takes the steps."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as progress:
        bars: dict[str, TaskID] = {}

        def show(step: PullStep) -> None:
            if not step.total:
                return
            if step.digest not in bars:
                bars[step.digest] = progress.add_task(f"{tag} {step.digest[7:15]}", total=step.total)
            progress.update(bars[step.digest], completed=step.completed)

        yield show
    if shown:
        Console(highlight=False).print(f"{escape(tag)} is at {escape(url)}.")


def _facts(catalogue: Catalogue, entry: Entry, context: int, health: Health) -> Iterator[tuple[str, str, str]]:
    licence = catalogue.licence_of(entry)
    for file in entry.files:
        yield "tags", f"{', '.join(file.tags)} ({file.quantisation}, {file.bytes / GB:.1f} GB)", file.source
    if entry.hosted:
        yield "hosted", f"{', '.join(entry.hosted.names)}, in {', '.join(entry.hosted.regions)}", entry.hosted.source
    if entry.parameters:
        active = f", {_billions(entry.active_parameters)} read each token" if entry.active_parameters else ""
        yield "parameters", _billions(entry.parameters) + active, entry.shape.source if entry.shape else ""
    if entry.context:
        yield "context", f"{entry.context.tokens} tokens", entry.context.source
    note = f" ({entry.languages.note})" if entry.languages.note else ""
    yield "languages", (", ".join(entry.languages.codes) or "none promised") + note, entry.languages.source
    yield "strengths", ", ".join(entry.strengths), ""
    for score in entry.scores:
        yield "score", f"{score.benchmark} {score.value:g} ({score.setting})", score.source
    yield "licence", licence.name, entry.licence.source
    for duty in duties_of(licence, entry):
        yield "asks", duty.text, duty.source
    yield "on", _where(entry, health) or "no server", ""


def _billions(parameters: int | None) -> str:
    return f"{parameters / 1e9:.1f} B" if parameters else ""


def _there(entry: Entry, health: Health) -> str:
    hosts = len(on_hosts(entry, health))
    return "yes" if entry.bundled or hosts == len(health) else f"{hosts} of {len(health)}" if hosts else ""


def _where(entry: Entry, health: Health) -> str:
    if entry.bundled:
        return "comes along"
    return escape(", ".join(on_hosts(entry, health)))
