"""Reaches every process of a run: the one that begins it, and by its environment whatever starts from there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.stack.passes import KEPT
from tests.support.stack.sitecustomize import change_modules


@contextmanager
def kept_passes() -> Iterator[None]:
    """A folder for what the model has made of texts; one that the environment names is there for runs to come."""
    if KEPT in os.environ:
        yield
        return
    folder = tempfile.mkdtemp(prefix="polydesk-passes-")
    os.environ[KEPT] = folder
    yield
    shutil.rmtree(folder, ignore_errors=True)


def change_own_modules() -> None:
    """Change our modules as ``sitecustomize`` says, here and in the processes that start from here."""
    change_modules()
    here = str(Path(__file__).parent)
    os.environ["PYTHONPATH"] = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
