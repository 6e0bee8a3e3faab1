"""Commands of the ingest room."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.documents_cli import documents

if TYPE_CHECKING:
    from datetime import date

    from ingest.preview import Preview


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
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON, and events as JSON lines on standard error.")
    ] = False,
) -> None:
    """Bring the knowledge base up to date with its sources; only what changed is embedded."""
    from ingest.events import json_events, progress_bar
    from ingest.runs import IngestOptions, plan_ingest, run_ingest
    from ingest.settings import load_ingest_settings

    settings = load_ingest_settings()
    options = IngestOptions(prune, _date(effective_from))
    with json_events() if as_json else progress_bar() as progress:
        if plan:
            preview = plan_ingest(settings, addresses, options, progress)
        else:
            summary, seconds = run_ingest(settings, addresses, options, progress)
    if plan:
        _show_plan(preview, as_json)
        return
    if as_json:
        findings = [{"item": f.item, "code": f.code, "message": f.message} for f in summary.findings]
        typer.echo(json.dumps({**summary.counts(), "seconds": round(seconds, 2), "findings": findings}))
    else:
        from ingest.showing import print_summary

        print_summary(summary, seconds)
    if summary.refused:
        raise typer.Exit(1)


def _show_plan(preview: Preview, as_json: bool) -> None:
    from dataclasses import asdict

    from ingest.showing import print_preview

    if as_json:
        documents = [{name: value for name, value in asdict(line).items() if name != "said"} for line in preview.lines]
        findings = [asdict(finding) for finding in preview.findings]
        typer.echo(json.dumps({**preview.counts(), "documents": documents, "findings": findings}))
    else:
        print_preview(preview)
    if preview.refused:
        raise typer.Exit(1)


def _date(written: str | None) -> date | None:
    from datetime import date

    from ingest.errors import IngestUserError

    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise IngestUserError(f"--effective-from {written}: no date; write it as 2026-03-01") from None
