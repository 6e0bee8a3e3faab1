"""Commands of the ingest room."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.documents_cli import day_of, documents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from ingest.settings import IngestSettings
    from ingest.workers import Workers


# What other rooms do once a run has changed anything, by their names; ingestion itself knows none of them.
after_changes: dict[str, Callable[[], None]] = {}


def register(root: typer.Typer) -> None:
    """Add this room's commands."""
    root.command("ingest")(ingest)
    root.add_typer(documents, name="documents")


def ingest(
    addresses: Annotated[
        list[str], typer.Argument(help="Files, folders, archives, ticket exports, web pages or sitemaps.")
    ],
    plan: Annotated[bool, typer.Option("--plan", help="Show what would change, and change nothing.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune/--no-prune", help="Retire what vanished from a source that was listed whole.")
    ] = True,
    effective_from: Annotated[
        str | None, typer.Option(help="When texts take effect that do not say it themselves, as 2026-03-01.")
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Read and embed on a Ray cluster: HOST:6379 from a machine of it, ray://HOST:10001 from any.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON, and events as JSON lines on standard error.")
    ] = False,
) -> None:
    """Bring the knowledge base up to date with its sources; only what changed is embedded."""
    from ingest.errors import IngestUserError
    from ingest.settings import load_ingest_settings

    settings, takes_effect = load_ingest_settings(), day_of(effective_from)
    if plan and ray:
        raise IngestUserError("--plan reads on this machine alone: leave --ray out, or --plan")
    if plan:
        _show_plan(settings, addresses, prune, takes_effect, as_json)
        return
    with _workers(settings, addresses, ray) as workers:  # before the rest is imported
        from ingest.events import json_events, progress_bar
        from ingest.runs import IngestOptions, run_ingest_with
        from ingest.stopping import STOPPED_STATUS, stop_on_sigterm

        with stop_on_sigterm() as stop, json_events() if as_json else progress_bar() as progress:
            options = IngestOptions(prune, takes_effect)
            summary, seconds = run_ingest_with(workers, settings, addresses, options, progress, stop)
    if summary.added or summary.changed or summary.moved or summary.retired:
        for tell in after_changes.values():
            tell()
    if as_json:
        findings = [{"item": f.item, "code": f.code, "message": f.message} for f in summary.findings]
        told = {"stopped": summary.stopped, "seconds": round(seconds, 2), "findings": findings}
        typer.echo(json.dumps({**summary.counts(), **told}))
    else:
        from ingest.showing import print_summary

        print_summary(summary, seconds)
    if summary.stopped:
        typer.echo("polydesk: stopped as asked; what was done is kept, run this again for the rest", err=True)
        raise typer.Exit(STOPPED_STATUS)
    if summary.refused:
        raise typer.Exit(1)


def _workers(settings: IngestSettings, addresses: Sequence[str], ray: str | None) -> AbstractContextManager[Workers]:
    if ray is None:
        from ingest.headstart import head_start

        return head_start(settings, addresses)
    from ingest.cluster.workers import ray_workers

    return ray_workers(settings, ray)


def _show_plan(
    settings: IngestSettings, addresses: Sequence[str], prune: bool, takes_effect: date | None, as_json: bool
) -> None:
    from dataclasses import asdict

    from ingest.events import json_events, progress_bar
    from ingest.runs import IngestOptions, plan_ingest
    from ingest.showing import print_preview

    with json_events() if as_json else progress_bar() as progress:
        preview = plan_ingest(settings, addresses, IngestOptions(prune, takes_effect), progress)
    if as_json:
        documents = [{name: value for name, value in asdict(line).items() if name != "said"} for line in preview.lines]
        findings = [asdict(finding) for finding in preview.findings]
        typer.echo(json.dumps({**preview.counts(), "documents": documents, "findings": findings}))
    else:
        print_preview(preview)
    if preview.refused:
        raise typer.Exit(1)
