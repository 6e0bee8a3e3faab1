"""Have Python keep in compiled form what the commands import: ``python -m app.bytecode``, the last step of the set-up.

uv leaves that to the first import, and where ``PYTHONDONTWRITEBYTECODE`` is set, as in many containers, no import does
it. Then each command compiles hundreds of modules anew, which takes it longer than all else that it does.
"""

from __future__ import annotations

import compileall
import importlib
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import ingest
from ingest.parsing.libraries import ALWAYS, EVERYTHING
from ingest.parsing.partitioners import prepare

_OURS = ("app", "eval", "guardrails", "ingest", "prompts")
# What is imported where it is used, beside what comes along with it.
LIBRARIES = (
    *("alembic.command", "filelock", "rich.progress", "typer", "yaml"),
    *("pydantic", "pydantic_settings", "sqlalchemy", "sqlalchemy.orm", "sqlalchemy.dialects.sqlite"),
    *("numpy", "onnxruntime", "orjson", "psutil", "regex", "safetensors.torch", "tokenizers", "torch", "urllib3"),
    *("babel", "httpx", "langchain_ollama", "streamlit.web.bootstrap", "streamlit.web.server"),
)


def main() -> None:
    """Import everything, and compile our own modules."""
    sys.dont_write_bytecode = False  # what the environment says is for imports; here it is what was asked for
    prepare()
    keep_compiled((*LIBRARIES, *ALWAYS, *EVERYTHING))
    root = Path(ingest.__file__).resolve().parent.parent
    for package in _OURS:
        compileall.compile_dir(root / package, quiet=2)


def keep_compiled(modules: Iterable[str]) -> None:
    """Import ``modules``, which leaves each in compiled form; one that is not there is somebody else's to miss."""
    for name in modules:
        with suppress(Exception):
            importlib.import_module(name)


if __name__ == "__main__":
    main()
