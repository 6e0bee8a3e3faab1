"""The work behind ``polydesk models adapt``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from app.models import printing
from app.models.adapters.making import Plan, made, planned
from app.models.adapters.weights import rank_of
from app.models.catalogue import load_catalogue
from app.settings import Settings


def adapt_and_print(
    settings: Settings, name: str, base: str, adapter: Path, dry_run: bool, replace: bool, as_json: bool
) -> None:
    """Make a model of a base and an adapter, with a progress bar.

    :param dry_run: look at everything, send nothing.
    """
    catalogue = load_catalogue()
    plan = planned(settings, catalogue, name, base, adapter, replace)
    if not as_json:
        _print_plan(plan)
        entry = catalogue.find(plan.base)
        if entry is not None:
            printing.print_duties(catalogue, entry)
    for note in plan.notes:
        typer.echo(f"polydesk: {note}", err=True)
    if not dry_run:
        made(settings, plan, lambda url: printing.pull_progress(plan.tag, url, shown=not as_json))
    if as_json:
        typer.echo(json.dumps(_plain(plan, dry_run), ensure_ascii=False))
    elif dry_run:
        typer.echo("It fits. Nothing was sent.")
    else:
        typer.echo(f"`polydesk models use {plan.tag}` makes it the default; measure it with `polydesk models compare`.")


def _print_plan(plan: Plan) -> None:
    adapter = plan.adapter
    layers = len({pair.layer for pair in adapter.pairs})
    modules = ", ".join(dict.fromkeys(pair.module for pair in adapter.pairs))
    typer.echo(f"{plan.tag} = {plan.base} + {adapter.path}")
    typer.echo(
        f"{adapter.format}, {adapter.bytes / 1e6:.1f} MB, rank {rank_of(adapter.pairs)}, {layers} layers ({modules})"
        + (f", trained on {adapter.trained_on}" if adapter.trained_on else "")
    )


def _plain(plan: Plan, dry_run: bool) -> dict[str, Any]:
    adapter = plan.adapter
    return {
        "model": f"ollama:{plan.tag}",
        "base": f"ollama:{plan.base}",
        "adapter": {
            "path": str(adapter.path),
            "format": adapter.format,
            "bytes": adapter.bytes,
            "rank": rank_of(adapter.pairs),
            "layers": len({pair.layer for pair in adapter.pairs}),
            "modules": list(dict.fromkeys(pair.module for pair in adapter.pairs)),
            "trained_on": adapter.trained_on or None,
            "files": dict(plan.digests),
        },
        "hosts": [server.url for server in plan.servers],
        "licence": plan.licence,
        "notes": list(plan.notes),
        "made": not dry_run,
    }
