"""Loading a model without the progress bars and warnings that its libraries write for those who train models."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_loading() -> Iterator[None]:
    """What is loaded inside of it writes nothing to standard error."""
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    logging.getLogger("transformers").setLevel(logging.ERROR)
    with contextlib.redirect_stderr(io.StringIO()):  # a progress bar nobody asked for
        yield
