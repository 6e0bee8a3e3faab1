"""Find out what a run is made of: code, model, documents, data, prompts, policy, settings, machine."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable
from datetime import date
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import httpx

from app.errors import ModelError
from app.models.adapters.records import base_of
from app.models.choosing import QUOTING, named_model
from app.models.hosts import addresses, is_among
from app.models.outgoing import checked, unproxied
from app.models.remote import RemoteModel
from app.models.routing.naming import is_route, parts_of
from app.settings import Settings
from eval.errors import EvalUserError
from eval.runs.context import RunContext
from eval.runs.guarding import SETS
from eval.runs.manifest import CodeVersion, IndexVersion, ListedModel, ModelVersion
from guardrails.policy import POLICY_PATH
from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger
from ingest.ledger.reading import LedgerReader, Scope

_PACKAGES = ("app", "eval", "guardrails", "ingest", "prompts")
_SERVER_S = 5.0
# Settings that can change a figure. A list of what is kept, so that no address with a password is kept by accident.
_SETTINGS = (
    *("embedding_model", "embedding_runtime", "reranker", "num_ctx", "num_predict", "keep_alive"),
    *("model_timeout_s", "answer_timeout_s"),
)
_OWN_SETS = {
    "hostile": "hostile",
    "grounding": "grounding",
    "escalation": "escalation",
    "customers": "customers",
    "topics": "topics",
    "attacks": "injections",
    "changes": "changes",
    "pii": "pii",
    "language": "topics",
    "planted": "planted.jsonl",
}


def code_version() -> CodeVersion:
    """The code that is running."""
    root = Path(str(resources.files("eval"))).parent
    files = [file for name in _PACKAGES for kind in ("*.py", "*.yaml") for file in (root / name).rglob(kind)]
    commit = _git(root, "rev-parse", "HEAD")
    return CodeVersion(
        package=metadata.version("polydesk"),
        commit=commit,
        changed=bool(commit and _git(root, "status", "--porcelain", "--", *_PACKAGES)),
        digest=digest_of(files, root),
    )


def model_version(settings: Settings, name: str) -> ModelVersion:
    """The model as its server describes it, of a route both; its name alone where no server says more.

    :param name: with its provider, or ``quoting``.
    :raises EvalUserError: the server of a remote model does not answer, or does not list it.
    """
    if name == QUOTING:
        return ModelVersion(name=name)
    if is_route(name):
        return _both(name, *(model_version(settings, part) for part in parts_of(name)))
    asked = named_model(settings, name)
    if isinstance(asked, RemoteModel):
        return _remote_version(asked)
    for model in _asked(settings, "/api/tags"):
        if is_among(asked.tag, [str(model.get("name")), str(model.get("model"))]):
            details = model.get("details") or {}
            return ModelVersion(
                name=name,
                base=base_of(settings.home, asked.tag) or "",
                digest=str(model.get("digest", "")),
                size=int(model.get("size") or 0),
                quantization=str(details.get("quantization_level", "")),
                parameters=str(details.get("parameter_size", "")),
            )
    return ModelVersion(name=name)


def memory_of(settings: Settings, name: str) -> int:
    """Bytes that the server has the model loaded in now; 0 where it is not, or no server says so."""
    if is_route(name):
        return sum(memory_of(settings, part) for part in parts_of(name))
    provider, _, tag = name.partition(":")
    if provider != "ollama":
        return 0
    loaded = [each for each in _asked(settings, "/api/ps") if is_among(tag, [str(each.get("name"))])]
    return max((int(each.get("size") or 0) for each in loaded), default=0)


def index_version(settings: Settings) -> IndexVersion:
    """The documents that are live today, and the model that their vectors are of."""
    engine = open_ledger(settings.home, settings.database_url)
    try:
        live = Collections(engine).live()
        versions = LedgerReader(engine).live_versions(Scope(date.today(), everything=True))
        lines = [f"{each.document_id}\t{each.number}\t{each.key}\t{each.title}" for each in versions]
        embedding = f"{live.model} {live.fingerprint}" if live else settings.embedding_model
        return IndexVersion(
            documents=len(versions),
            digest=_hashed(line.encode() for line in sorted(lines)),
            embedding=embedding,
            collection=live.name if live else "",
        )
    finally:
        engine.dispose()


def data_digests(context: RunContext, suites: Iterable[str]) -> dict[str, str]:
    """The digest of what each suite reads."""
    given = {"golden": context.golden, "retrieval": context.golden, "latency": context.golden}
    given |= {"drafts": context.tickets, "triage": context.tickets}
    return {name: digest_of_path(given.get(name) or SETS / _OWN_SETS[name]) for name in suites}


def prompts_digest() -> str:
    """Of every prompt and fixed phrase."""
    folder = Path(str(resources.files("prompts")))
    return digest_of(folder.rglob("*.yaml"), folder)


def policy_digest(settings: Settings) -> str:
    """Of the policy in force."""
    return _hashed([(settings.policy or POLICY_PATH).read_bytes()])


def kept_settings(settings: Settings) -> dict[str, Any]:
    """The settings that can change a figure."""
    return {name: getattr(settings, name) for name in _SETTINGS}


def machine() -> dict[str, str]:
    """What it ran on, for whoever compares times."""
    import os

    return {"python": platform.python_version(), "system": platform.platform(), "cores": str(os.cpu_count() or 0)}


def digest_of_path(path: Path) -> str:
    """Of a file, or of all files of a folder with their names."""
    return digest_of(path.rglob("*"), path) if path.is_dir() else _hashed([path.read_bytes()])


def digest_of(files: Iterable[Path], root: Path) -> str:
    """Of files with their names below ``root``."""
    found = sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts)
    return _hashed(part for file in found for part in (str(file.relative_to(root)).encode(), file.read_bytes()))


def _both(name: str, small: ModelVersion, large: ModelVersion) -> ModelVersion:
    """The models of a route as one; without a digest where one of them has none."""
    return ModelVersion(
        name=name,
        digest=_hashed(each.digest.encode() for each in (small, large)) if small.digest and large.digest else "",
        size=small.size + large.size,
        quantization=" + ".join(each.quantization for each in (small, large)),
        parameters=" + ".join(each.parameters for each in (small, large)),
    )


def _hashed(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.hexdigest()[:16]


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _remote_version(model: RemoteModel) -> ModelVersion:
    server = httpx.URL(model.options.url).host  # the host alone: an address can hold a password
    try:
        listed = model.listed()
    except ModelError as error:
        raise EvalUserError(str(error)) from None
    if listed is None:
        reason = "its server has no list of models"
        return ModelVersion(name=model.name, server=server, no_digest=reason)
    return ModelVersion(
        name=model.name,
        server=server,
        no_digest="its server lists names and no digests",
        listed=ListedModel(id=listed.id, owned_by=listed.owned_by, root=listed.root, created=listed.created),
    )


def _asked(settings: Settings, path: str) -> list[dict[str, Any]]:
    """What every server of the setting lists at ``path``; nothing of one that does not answer."""
    return [each for url in addresses(settings.ollama_url) for each in _asked_of(f"{url}{path}")]


def _asked_of(url: str) -> list[dict[str, Any]]:
    try:
        answer = httpx.get(checked(url), timeout=_SERVER_S, **unproxied())
        answer.raise_for_status()
        models = answer.json()["models"]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        return []
    return [each for each in models if isinstance(each, dict)]
