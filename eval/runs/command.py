"""``polydesk eval all``: from what was asked for to a run on disk and its figures on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.models.choosing import QUOTING, named_model
from app.models.routing.naming import is_route, parts_of, route_name
from app.settings import Settings, load_settings
from eval.errors import EvalUserError
from eval.json_lines import read_data
from eval.runs.context import RunContext
from eval.runs.folder import RunFolder
from eval.runs.printing import print_folder
from eval.runs.running import carry_out, chosen_suites, resumed_run, start_run
from eval.runs.shelf import RunShelf
from eval.sample import GOLDEN, SAMPLE
from eval.suites.golden import GoldenQuestion

_ALL = 1_000_000  # more items than any suite has


@dataclass(frozen=True)
class RunRequest:
    """What somebody wants to have run."""

    suites: tuple[str, ...] = ()
    model: str = "quoting"
    name: str = ""
    seed: int = 0
    every_item: bool = False
    size: int | None = None
    golden: Path | None = None
    tickets: Path | None = None
    parallel: int = 1
    resume: bool = False

    def context(self, settings: Settings) -> RunContext:
        """The same for the suites.

        :raises EvalUserError: the data cannot be read.
        """
        golden, tickets = self.golden or settings.golden or GOLDEN, self.tickets or SAMPLE / "tickets.jsonl"
        if golden != GOLDEN:
            read_data(golden, GoldenQuestion)
        if not tickets.is_file():
            raise EvalUserError(f"{tickets}: no such file; give tickets as JSON lines")
        model = named(settings, self.model)
        return RunContext(settings, model, self.seed, golden, tickets, self.parallel, self._sizes())

    def _sizes(self) -> dict[str, int]:
        from app.quality.measures import suites_about

        about = suites_about()
        if self.every_item:
            return dict.fromkeys(about, _ALL)
        if self.size is None:
            return {}
        return {name: min(self.size, each.sample or self.size) for name, each in about.items()}


def named(settings: Settings, model: str) -> str:
    """A model's name with its provider: a bare tag is Ollama's.

    :raises AppUserError: its provider is not known, or lacks its address or key.
    """
    if is_route(model):
        small, large = parts_of(model)
        return route_name(named(settings, small), named(settings, large))
    return QUOTING if model == QUOTING else named_model(settings, model).name


def run_and_print(request: RunRequest, as_json: bool) -> bool:
    """Run what is asked for; whether every suite could be run.

    :raises EvalUserError: there is no such suite, model or data, or nothing to go on with.
    """
    folder = run(request, load_settings())
    print_folder(folder, as_json)
    return folder.manifest.state == "finished"


def run(request: RunRequest, settings: Settings) -> RunFolder:
    """A new run, or the rest of one."""
    if not request.resume:
        suites = chosen_suites(request.suites)
        context = request.context(settings)
        folder = start_run(context, suites, request.name)
    else:
        wanted = RunShelf(settings.home).find(request.name) if request.name else RunShelf(settings.home).unfinished()
        if wanted is None:
            raise EvalUserError("no run is unfinished: start a new one with `polydesk eval all`")
        kept = wanted.manifest
        begun = RunRequest(
            model=kept.model.name,
            seed=kept.seed,
            golden=request.golden,
            tickets=request.tickets,
            parallel=kept.parallel,
        )
        context = begun.context(settings)
        folder = resumed_run(context, wanted)
    carry_out(folder, context)
    return folder
