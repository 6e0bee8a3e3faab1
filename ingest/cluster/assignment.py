"""What workers elsewhere have to know, and to have, so that they read and embed as the writer itself would."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import ingest
from ingest import residency
from ingest.embedding.models import fingerprint_of, processor_has_bf16, runtime_for
from ingest.errors import IngestUserError
from ingest.settings import IngestSettings

# Another version of these may read another text out of a file, cut it elsewhere, or make other vectors of it.
_DECIDING = (
    *("unstructured", "beautifulsoup4", "lxml", "markdown-it-py", "openpyxl", "pandas", "pdfminer.six"),
    *("pypandoc_binary", "pypdf", "python-docx", "python-oxmsg", "python-pptx", "regex"),
    *("numpy", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers"),
)
_CODE = ("*.py", "*.yaml", "*.json", "*.npz", "*.tsv", "*.txt")


@dataclass(frozen=True, slots=True)
class Assignment:
    """Goes to the workers with every task; nothing secret is in it.

    ``home``: where a worker keeps its own copy of the model. ``runtime``: what the model runs on, the same everywhere:
    bf16 on one machine and fp32 on another would not be one knowledge base. ``needs_bf16``: whether it was chosen
    because the writer's processor multiplies bf16, and would be slow where the processor does not.
    """

    home: Path
    hosts: tuple[str, ...]
    model: str
    fingerprint: str
    runtime: str
    needs_bf16: bool
    parse_seconds: float
    parse_memory_mb: int
    code: str
    libraries: tuple[str, ...]


def assignment_of(settings: IngestSettings) -> Assignment:
    """What workers are to do as these settings say.

    :raises IngestUserError: the embedding model cannot be found.
    """
    runtime = runtime_for(settings.embedding_model, "bulk", settings.embedding_runtime)
    return Assignment(
        home=settings.home,
        hosts=settings.hosts,
        model=settings.embedding_model,
        fingerprint=fingerprint_of(settings.embedding_model, settings.home / "models"),
        runtime=runtime,
        needs_bf16=runtime == "torch-bf16" and settings.embedding_runtime == "auto",
        parse_seconds=settings.parse_seconds,
        parse_memory_mb=settings.parse_memory_mb,
        code=_code_digest(),
        libraries=_libraries(),
    )


def check_fits(to: Assignment, home: Path) -> None:
    """Whether this worker would do what the writer does itself.

    :param home: where this worker keeps its models.
    :raises IngestUserError: it would not; the message names the machine and what differs.
    """
    residency.keep_to(to.hosts)
    if to.code != _code_digest():
        raise _misfit("polydesk there is not the same as here", "install the same version")
    differing = sorted(set(to.libraries) ^ set(_libraries()))
    if differing:
        raise _misfit(f"other libraries there than here ({', '.join(differing)[:200]})", "install the same versions")
    if to.needs_bf16 and not processor_has_bf16():
        raise _misfit(
            "its processor has no bf16, which the one here has",
            "set POLYDESK_EMBEDDING_RUNTIME=onnx for the ingest: every machine then computes in fp32",
        )
    if to.fingerprint != fingerprint_of(to.model, home / "models"):
        raise _misfit(f"{to.model} is another model there than here", "put the same files in its place")


def _misfit(what: str, to_do: str) -> IngestUserError:
    where = platform.node()
    return IngestUserError(f"--ray: a worker on {where} would not do the same as this machine: {what}; {to_do}")


@lru_cache(maxsize=1)
def _code_digest() -> str:
    """Of all that decides about texts and vectors in this room."""
    room = Path(ingest.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(path for pattern in _CODE for path in room.rglob(pattern)):
        name = file.relative_to(room).as_posix()
        if not name.startswith("sample/"):
            digest.update(f"{name}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def _libraries() -> tuple[str, ...]:
    return tuple(f"{name} {metadata.version(name)}" for name in _DECIDING)
