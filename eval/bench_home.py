"""A home for one benchmark, with the real home's models so that none is unpacked in the measured time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from eval.errors import EvalError
from ingest.settings import IngestSettings
from ingest.store.leases import wait_for_end
from ingest.store.paths import StorePaths

_STORE_END_S = 30.0  # the store ends by itself some seconds after its last user
_ELSEWHERE = ("POLYDESK_DATABASE_URL", "POLYDESK_CHROMA_URL")  # a benchmark writes to nothing but its own home


@contextmanager
def bench_home(settings: IngestSettings, folder: Path) -> Iterator[Path]:
    """A fresh home in ``folder``; left when the vector store in it has ended."""
    home, models = folder / "home", settings.home / "models"
    home.mkdir()
    models.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(models)
    try:
        yield home
    finally:
        wait_for_store_end(home)


def environment_of(home: Path) -> Mapping[str, str]:
    """The environment of a command that works in ``home`` and nowhere else."""
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return {**kept, "POLYDESK_HOME": str(home)}


def wait_for_store_end(home: Path) -> None:
    """Return when no vector store runs in ``home``.

    :raises EvalError: somebody goes on using it.
    """
    paths = StorePaths.under(home)
    if not wait_for_end(paths, _STORE_END_S):
        raise EvalError(f"the vector store in {home} did not end within {_STORE_END_S:.0f} s: see {paths.log}")
