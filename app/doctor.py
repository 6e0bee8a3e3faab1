"""What is there and what is not, each with what to do."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from typing import Literal

import typer

from app.models.choosing import choose_model
from app.models.hosts import hosts_of, installed_tags, is_among
from app.models.model import ChatModel
from app.models.remote import RemoteModel
from app.models.routing.budget import DayBudget
from app.models.routing.policy import open_routing
from app.models.routing.route import RoutedModel
from app.settings import Settings

State = Literal["ok", "missing", "broken"]
_LEAST_FREE_GB = 2


@dataclass(frozen=True)
class Check:
    """One finding; ``needed`` tells whether polydesk works without it."""

    name: str
    state: State
    detail: str
    what_to_do: str = ""
    needed: bool = True


def examine(settings: Settings) -> list[Check]:
    """Look at everything; a check that fails unexpectedly is a finding itself."""
    checks: Sequence[tuple[str, Callable[[Settings], Check]]] = (
        ("python", _python),
        ("home", _home),
        ("embedding model", _embedding_model),
        ("store", _store),
        ("knowledge base", _knowledge_base),
        ("policy", _policy),
        ("style", _style),
        ("sign-in", _sign_in),
        ("judge", find_judge),
        ("re-ranker", _reranker),
        ("ollama", find_model),
        ("routing", find_routing),
        ("parsing", _parsing),
        ("ocr", _ocr),
    )
    return [_checked(name, check, settings) for name, check in checks]


def print_findings(checks: Sequence[Check], as_json: bool) -> bool:
    """Print the findings; returns whether everything needed is there."""
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in checks]))
    else:
        from rich.console import Console

        console = Console()
        marks = {"ok": "[green]✓[/]", "missing": "[yellow]–[/]", "broken": "[red]✗[/]"}
        for check in checks:
            console.print(marks[check.state], f"[bold]{check.name}[/]", end=" ")
            console.print(check.detail, markup=False, highlight=False)
            if check.what_to_do:
                console.print(f"    {check.what_to_do}", markup=False, highlight=False)
    return all(check.state == "ok" or not check.needed for check in checks)


def _checked(name: str, check: Callable[[Settings], Check], settings: Settings) -> Check:
    try:
        return check(settings)
    except Exception as error:
        words = " ".join(str(error).split()) or type(error).__name__
        return Check(name, "broken", words, "see the message")


def _python(_settings: Settings) -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("python", "ok", version)


def _home(settings: Settings) -> Check:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free / 1e9
    detail = f"{settings.home}, {free:.0f} GB free"
    if free < _LEAST_FREE_GB:
        return Check("home", "broken", detail, "make room on the disk, or set POLYDESK_HOME to another one")
    return Check("home", "ok", detail)


def _embedding_model(settings: Settings) -> Check:
    from ingest.knowledge import open_centred_embedder

    embedder = open_centred_embedder(settings)
    return Check("embedding model", "ok", f"{settings.embedding_model}, fingerprint {embedder.fingerprint}")


def _store(settings: Settings) -> Check:
    from ingest.store import open_store

    with open_store(settings.home, settings.chroma_server) as store:
        return Check("store", "ok", f"Chroma at {store.url}, {len(store.list_collections())} collections")


def _knowledge_base(settings: Settings) -> Check:
    from ingest.ledger.engine import open_ledger
    from ingest.ledger.reading import LedgerReader, Scope

    reader = LedgerReader(open_ledger(settings.home, settings.database_url))
    count = len(reader.live_versions(Scope(date.today(), "manager")))
    if not count:
        return Check("knowledge base", "missing", "empty", "run `polydesk ingest PATH`")
    return Check("knowledge base", "ok", f"{count} documents live today, beside tickets")


def _policy(settings: Settings) -> Check:
    from app.guarding import open_policy
    from app.retrieval.evidence import load_evidence_model

    open_policy(settings.policy)
    return Check("policy", "ok", f"valid; abstains below {load_evidence_model().threshold:.0%} confidence")


def _style(settings: Settings) -> Check:
    from app.desk.drafts.style import open_style

    style = open_style(settings.style).current()
    named = style.company or "no company named"
    return Check("style", "ok", f"valid; {named}, {style.formality}, {len(style.languages)} languages")


def _sign_in(settings: Settings) -> Check:
    from app.accounts.file import AccountFile
    from app.accounts.oidc import load_oidc_settings

    accounts, oidc = AccountFile(settings.home).all(), load_oidc_settings()
    if not accounts and not oidc.is_configured:
        todo = "run `polydesk accounts add NAME --role administrator` before others than you get to this machine"
        return Check("sign-in", "ok", "off: the page is open to whoever uses this machine", todo)
    locked = sum(each.locked for each in accounts)
    provider = f", and {oidc.metadata_url}" if oidc.is_configured else ""
    return Check("sign-in", "ok", f"{len(accounts)} accounts, {locked} of them locked{provider}")


def find_judge(settings: Settings) -> Check:
    """Whether the judge that the policy names is there: without it no sentence passes.

    :raises AppUserError: the policy cannot be used.
    """
    from app.guarding import open_policy

    name = open_policy(settings.policy).current().grounding.judge
    if name is None:
        return Check("judge", "ok", "none; grounding.judge in the policy names one")
    provider, _, tag = name.partition(":")
    if provider != "ollama":
        return _remote("judge", choose_model(settings, name), needed=True)
    if not is_among(tag, installed_tags(settings.ollama_url) or ()):
        todo = (
            f"run `ollama pull {tag}`, or set grounding.judge to null; until then nothing that a model writes is shown"
        )
        return Check("judge", "missing", f"{name} is not on the server at {settings.ollama_url}", todo)
    return Check("judge", "ok", name)


def _reranker(settings: Settings) -> Check:
    from app.retrieval.cross_encoder import open_reranker

    reranker = open_reranker(settings)
    if reranker is None:
        return Check("re-ranker", "ok", "none; POLYDESK_RERANKER names one")
    reranker.scores("How long?", ["Thirty days."])  # opens it
    return Check("re-ranker", "ok", settings.reranker)


def find_model(settings: Settings) -> Check:
    """Whether the model that answers is there, and on which of the servers."""
    model = choose_model(settings)
    if not isinstance(model, RoutedModel):
        return _found(settings, model)
    small, large = _found(settings, model.small), _found(settings, model.large)
    worse = small if small.state != "ok" else large
    todo = "; ".join(dict.fromkeys(each.what_to_do for each in (small, large) if each.what_to_do))
    return Check("ollama", worse.state, f"first {small.detail}; then {large.detail}", todo, needed=False)


def find_routing(settings: Settings) -> Check:
    """Whether the rules of a route can be used, and what is left of its large model's day.

    :raises AppUserError: the policy, or that of the guards, cannot be used.
    """
    from app.guarding import open_policy

    policy = open_routing(settings.routing)()
    known = {rule.cause for rule in open_policy(settings.policy).current().escalation.rules}
    if unknown := [cause for cause in policy.before.delicate if cause not in known]:
        todo = f"take it out of before.delicate, or name one of {', '.join(sorted(known))}"
        return Check("routing", "broken", f"no rule of escalation has the cause {unknown[0]}", todo)
    try:
        spent = DayBudget(settings.home).spent()
    except (OSError, ValueError) as error:
        return Check("routing", "broken", str(error), "until then only the small model of a route is asked")
    most = "any number of" if policy.budget.calls is None else policy.budget.calls
    return Check("routing", "ok", f"valid; {spent.calls} of {most} calls of a route's large model today")


def _found(settings: Settings, model: ChatModel | None) -> Check:
    if isinstance(model, RemoteModel):
        return _remote("ollama", model, needed=False)
    health = hosts_of(settings.ollama_url).health()
    up = [tags for tags in health.values() if tags is not None]
    if not up:
        start = "start it with `ollama serve`, or set POLYDESK_OLLAMA_URL; until then answers are quotes"
        return Check("ollama", "missing", f"no server at {settings.ollama_url}", start, needed=False)
    if model is None:
        return Check("ollama", "missing", "no Mistral or Llama model", "run `ollama pull llama3.1:8b`", needed=False)
    without = [url for url, tags in health.items() if tags is not None and not is_among(model.tag, tags)]
    if len(without) == len(up):
        return Check("ollama", "missing", f"{model.name} is not there", f"run `ollama pull {model.tag}`", needed=False)
    detail = f"{model.name} at {settings.ollama_url}, context {settings.num_ctx}"
    if down := [url for url, tags in health.items() if tags is None]:
        return Check("ollama", "missing", f"{detail}; not at {', '.join(down)}", "start those servers", needed=False)
    if without:
        todo = f"run `polydesk models pull {model.tag}`"
        return Check("ollama", "missing", f"{detail}; not on {', '.join(without)}", todo, needed=False)
    return Check("ollama", "ok", detail)


def _remote(check: str, model: ChatModel | None, needed: bool) -> Check:
    if not isinstance(model, RemoteModel):
        return Check(check, "ok", "none")
    url, served = model.options.url, model.served()
    if served is None:
        return Check(
            check,
            "missing",
            f"no server answers at {url} for {model.name}",
            "start it, or mend its address and key",
            needed=needed,
        )
    if model.tag not in served:
        return Check(
            check, "missing", f"{model.name} is not at {url}", f"name one of {', '.join(served[:5])}", needed=needed
        )
    return Check(check, "ok", f"{model.name} at {url}")


def _parsing(_settings: Settings) -> Check:
    installed = {name.lower() for name in _distributions()}
    if "torchvision" in installed:
        return Check(
            "parsing", "broken", "torchvision is installed and breaks torch", "run `pip uninstall torchvision`"
        )
    if "unstructured-inference" not in installed:
        return Check("parsing", "broken", "PDF cannot be read", "run `pip install --no-deps unstructured-inference`")
    return Check("parsing", "ok", f"unstructured {metadata.version('unstructured')}")


def _ocr(_settings: Settings) -> Check:
    from ingest.parsing.ocr.languages import install_command, ocr_languages
    from ingest.parsing.ocr.tesseract import installed_packs

    installed = installed_packs()
    missing = ocr_languages().missing(installed or ())
    todo = f"run `{install_command(missing)}`"
    if installed is None:
        return Check("ocr", "missing", "no Tesseract: scans are not read", todo, needed=False)
    detail = f"Tesseract reads {' '.join(sorted(installed - {'osd'}))}"
    if missing:
        return Check("ocr", "missing", f"{detail}; not {' '.join(missing)}", todo, needed=False)
    return Check("ocr", "ok", detail, needed=False)


def _distributions() -> Iterator[str]:
    for distribution in metadata.distributions():
        with suppress(KeyError, TypeError):
            yield distribution.metadata["Name"].replace("_", "-")
