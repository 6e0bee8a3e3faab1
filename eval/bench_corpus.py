"""``polydesk bench corpus``: the generated documents, written where somebody wants them."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import typer

from app.phases import shown_phases
from eval.corpus import generate, generated_files


def write_corpus(folder: Path, documents: int, seed: int, as_json: bool) -> None:
    """Generate into ``folder`` and say what was written.

    With ``--json``: ``folder``, ``documents``, ``seed``, ``formats`` (documents by suffix) and ``seconds``.

    :raises EvalUserError: the folder is not empty, or cannot be written.
    """
    started = time.perf_counter()
    with shown_phases() as phases, phases.phase(f"Generating {documents} documents") as show:
        generate(folder, documents, seed, written=lambda done: show(done, documents))
    seconds = round(time.perf_counter() - started, 2)
    formats = Counter(file.suffix[1:] for file in generated_files(folder))
    if as_json:
        said = {"folder": str(folder), "documents": documents, "seed": seed, "formats": formats, "seconds": seconds}
        typer.echo(json.dumps(said))
        return
    typer.echo(f"{documents} documents in {seconds:.1f} s: {folder}")
    typer.echo("  " + ", ".join(f"{count} {suffix}" for suffix, count in sorted(formats.items())))
