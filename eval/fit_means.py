"""Estimate the language means of the bundled embedding model, which come with the package.

    python -m eval.fit_means [--write]

To be run when the calibration texts change. Other models' means are estimated where they are first used.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.centring import SHIPPED, estimate, means_file
from ingest.embedding.models import open_embedder
from ingest.languages.calibration import calibration_digest, calibration_texts
from ingest.settings import load_ingest_settings


def fit_means(
    write: Annotated[bool, typer.Option(help="Put the file into the package, in place of the last one.")] = False,
) -> None:
    """Estimate the means, and say where they belong."""
    embedder = open_embedder(BUNDLE_NAME, load_ingest_settings().home / "models", "bulk")
    file = SHIPPED / means_file(embedder, calibration_digest())
    means = estimate(embedder, calibration_texts())
    typer.echo(f"{file.name}: {len(means.texts.languages)} languages")
    if write:
        SHIPPED.mkdir(exist_ok=True)
        for old in SHIPPED.glob("*.npz"):
            old.unlink()
        means.save(file)


if __name__ == "__main__":
    typer.run(fit_means)
