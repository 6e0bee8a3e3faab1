"""Run the suites one after another, and keep what each came to."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import typer

from app.quality.measures import suites_about
from eval.errors import EvalUserError
from eval.runs import answering, describing, desk, guarding
from eval.runs.context import RunContext
from eval.runs.figures import SuiteFigures, figures_of
from eval.runs.folder import RunFolder
from eval.runs.manifest import Manifest
from eval.runs.outcome import Outcome
from eval.runs.shelf import RunShelf

Suite = Callable[[RunContext, int | None], list[Outcome]]
_log = logging.getLogger(__name__)

SUITES: Mapping[str, Suite] = {
    "golden": answering.golden,
    "retrieval": answering.retrieval,
    "planted": guarding.planted,
    "hostile": guarding.hostile,
    "grounding": guarding.grounding,
    "escalation": desk.escalation,
    "customers": desk.customers,
    "topics": guarding.topics,
    "attacks": guarding.attacks,
    "drafts": desk.drafts,
    "changes": desk.changes,
    "pii": guarding.pii,
    "triage": desk.triage,
    "language": desk.language,
    "latency": answering.latency,
}


def chosen_suites(names: Sequence[str]) -> tuple[str, ...]:
    """The suites that are named, all when none is, in the order in which they run.

    :raises EvalUserError: one is not known.
    """
    wanted = [part.strip() for name in names for part in name.split(",") if part.strip()]
    unknown = [name for name in wanted if name not in SUITES]
    if unknown:
        raise EvalUserError(f"no suite is called {unknown[0]}; there are {', '.join(SUITES)}")
    return tuple(name for name in suites_about() if name in (wanted or SUITES))


def start_run(context: RunContext, suites: Sequence[str], name: str = "") -> RunFolder:
    """A new run with nothing in it.

    :raises EvalUserError: the model is not on its server.
    """
    manifest = described(context, suites, name)
    if context.model.startswith("ollama:") and not manifest.model.digest:
        raise EvalUserError(
            f"{context.model}: the server at {context.settings.ollama_url} does not list it; pull it, or see that the "
            "server runs"
        )
    return RunFolder.create(RunShelf(context.settings.home).path, manifest)


def described(context: RunContext, suites: Sequence[str], name: str = "") -> Manifest:
    """The head of a run that is about to begin."""
    settings, now = context.settings, datetime.now(UTC)
    label = re.sub(r"[^a-z0-9.]+", "-", (name or context.model.removeprefix("ollama:")).lower()).strip("-.")
    about = suites_about()
    return Manifest(
        id=f"{now:%Y-%m-%dT%H-%M-%S.%f}"[:-4] + f"-{label}",
        name=name or context.model,
        started=now,
        suites=tuple(suites),
        seed=context.seed,
        sizes={suite: (context.sizes or {}).get(suite, about[suite].sample) for suite in suites},
        parallel=context.parallel,
        code=describing.code_version(),
        model=describing.model_version(settings, context.model),
        index=describing.index_version(settings),
        data=describing.data_digests(context, suites),
        prompts=describing.prompts_digest(),
        policy=describing.policy_digest(settings),
        settings=describing.kept_settings(settings),
        machine=describing.machine(),
    )


def resumed_run(context: RunContext, run: RunFolder) -> RunFolder:
    """The run to go on with.

    :raises EvalUserError: it was made of something else than is there now.
    """
    kept = run.manifest
    now = described(context, kept.suites).model_copy(update={"sizes": kept.sizes})
    changed = kept.differences(now)
    if changed:
        raise EvalUserError(
            f"{kept.id} was begun with something else than is there now: {', '.join(changed)}; start anew"
        )
    return run


def carry_out(run: RunFolder, context: RunContext) -> Manifest:
    """Run the suites that have no figures yet; one that fails does not end the others."""
    manifest = run.manifest
    for at, suite in enumerate(manifest.suites, 1):
        found = run.figures(suite)
        if found is not None and found.state == "done":
            continue
        typer.echo(f"{suite} ({at} of {len(manifest.suites)})", err=True)
        figures, outcomes = _measured(suite, context, manifest.sizes.get(suite))
        run.keep(figures, outcomes)
        if figures.state == "failed":
            typer.echo(f"{suite} failed: {figures.error}", err=True)
    whole = all(figures.state == "done" for figures in run.all_figures().values())
    memory = describing.memory_of(context.settings, context.model)
    ended = manifest.model_copy(
        update={
            "finished": datetime.now(UTC),
            "state": "finished" if whole else "incomplete",
            "model": manifest.model.model_copy(update={"memory": memory or manifest.model.memory}),
        }
    )
    run.write_manifest(ended)
    return ended


def _measured(suite: str, context: RunContext, size: int | None) -> tuple[SuiteFigures, list[Outcome]]:
    began, cpu_began = time.perf_counter(), time.process_time()
    try:
        outcomes = SUITES[suite](context, size)
    except Exception as error:  # whatever it is, it is this suite's, and the others have to be heard
        _log.warning("the suite %s failed", suite, exc_info=error)
        said = " ".join(str(error).split()) or type(error).__name__
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
        failed = SuiteFigures(suite=suite, state="failed", error=said, seconds=seconds, cpu_seconds=cpu)
        return failed, []
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    return figures_of(suite, suites_about()[suite], outcomes, seconds, cpu), outcomes
