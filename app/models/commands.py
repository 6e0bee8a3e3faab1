"""The work behind ``polydesk models``."""

from __future__ import annotations

import json
import os
from typing import Any

import typer

from app.errors import AppUserError
from app.models import printing
from app.models.adapters.records import adapted_models, base_of, full_tag
from app.models.catalogue import Catalogue, Entry, load_catalogue
from app.models.choosing import QUOTING, named_model, routed_model
from app.models.chosen import choose, chosen_model
from app.models.hosts import addresses, hosts_of, is_among
from app.models.ollama import OllamaModel
from app.models.plain import plain_entry, plain_recommendation
from app.models.pulling import pull
from app.models.recommending import recommend, region_of
from app.models.routing.naming import is_route, parts_of, route_name
from app.models.wishes import NEEDS, USES, Wishes, read_codes, read_gpus
from app.settings import Settings

_SETTING = "POLYDESK_MODEL"


def list_and_print(settings: Settings, as_json: bool) -> None:
    """Every model of the catalogue, and what else the servers have."""
    catalogue, health = load_catalogue(), hosts_of(settings.ollama_url).health()
    listed = {tag.lower() for entry in catalogue.models for tag in entry.tags}
    others = sorted({tag for tags in health.values() for tag in tags or () if tag.lower() not in listed})
    current = settings.model or chosen_model(settings.home)
    if as_json:
        models = [plain_entry(catalogue, entry, settings.num_ctx, health) for entry in catalogue.models]
        hosts = [{"url": url, "up": tags is not None} for url, tags in health.items()]
        adapted = {tag: each.base for tag, each in adapted_models(settings.home).items() if tag in others}
        _print_json({"models": models, "others": others, "adapted": adapted, "hosts": hosts, "default": current})
        return
    bases = adapted_models(settings.home)
    named = [f"{tag} (of {bases[tag].base})" if tag in bases else tag for tag in others]
    printing.print_list(catalogue, settings.num_ctx, health, named, current)


def show_and_print(settings: Settings, name: str, as_json: bool) -> None:
    """One model with all its sources."""
    catalogue = load_catalogue()
    base = base_of(settings.home, name)
    entry, health = _entry(catalogue, base or name), hosts_of(settings.ollama_url).health()
    plain = plain_entry(catalogue, entry, settings.num_ctx, health, whole=True)
    if base and as_json:
        plain["adapted"] = {"model": f"ollama:{full_tag(name)}", "base": f"ollama:{base}"}
    elif base:
        typer.echo(f"{full_tag(name)} was made of {base} with an adapter. Its base:")
    if as_json:
        _print_json(plain)
        return
    printing.print_entry(catalogue, entry, settings.num_ctx, health)


def wishes_of(
    settings: Settings,
    memory: float | None,
    gpu: tuple[str, ...],
    languages: str,
    users: int,
    residency: str | None,
    domicile: str | None,
    purpose: str,
    needs: str,
    hosted: bool,
    context: int | None,
) -> Wishes:
    """What the options of ``recommend`` say.

    :raises AppUserError: one of them cannot be used.
    """
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in needs.split(",") if part.strip()))
    if unknown := [need for need in wanted if need not in NEEDS]:
        raise AppUserError(f"--needs {unknown[0]}: use {', '.join(NEEDS)}")
    if purpose not in USES:
        raise AppUserError(f"--use {purpose}: use {', '.join(USES)}")
    return Wishes(
        memory_gb=_memory_gb() if memory is None else memory,
        gpus_gb=read_gpus(gpu),
        languages=read_codes(languages),
        users=users,
        residency=region_of(residency) if residency else None,
        domicile=region_of(domicile) if domicile else None,
        use=next(each for each in USES if each == purpose),
        needs=tuple(each for each in NEEDS if each in wanted),
        hosted=hosted,
        context=context or settings.num_ctx,
    )


def recommend_and_print(wishes: Wishes, as_json: bool) -> None:
    """Every model that comes into question, the best first."""
    found = recommend(load_catalogue(), wishes)
    if as_json:
        best = next((each.name for each in found if each.fits), None)
        _print_json({"take": best, "models": [plain_recommendation(each) for each in found]})
        return
    printing.print_recommendations(found, wishes)


def pull_and_print(settings: Settings, name: str, as_json: bool) -> None:
    """Fetch a model to each server, with a progress bar."""
    tag = _tag(name)
    entry = load_catalogue().find(tag)
    if entry is not None and not as_json:
        printing.print_duties(load_catalogue(), entry)
    for url in addresses(settings.ollama_url):
        with printing.pull_progress(tag, url, shown=not as_json) as show:
            pull(url, tag, show)
        if as_json:
            _print_json({"model": f"ollama:{tag}", "host": url, "fetched": True})


def use_and_print(settings: Settings, name: str | None, clear: bool, as_json: bool) -> None:
    """Choose the default for all, or take the choice back."""
    if clear == (name is not None):
        raise AppUserError("give the name of a model, or --clear")
    full = _usable(settings, name) if name else None
    choose(settings.home, full)
    overruled = os.environ.get(_SETTING)
    if as_json:
        _print_json({"default": full, "overruled_by": overruled})
    else:
        typer.echo(f"From the next question on, {full} answers." if full else "The choice is taken back.")
        for each in parts_of(full) if full and is_route(full) else (full or "",):
            entry = load_catalogue().find(base_of(settings.home, each) or each)
            if entry is not None:
                printing.print_duties(load_catalogue(), entry)
    if overruled:
        typer.echo(
            f"polydesk: {_SETTING} is set to {overruled} and comes first: unset it where the page runs", err=True
        )


def _usable(settings: Settings, name: str) -> str:
    """The whole name of what can answer; of a route both models are looked at."""
    if name == QUOTING:
        return name
    if not is_route(name):
        return _checked(settings, _model_name(name))
    small, large = (_checked(settings, _model_name(part)) for part in parts_of(name))
    return routed_model(settings, route_name(small, large)).name


def _checked(settings: Settings, name: str) -> str:
    """The whole name of a model that can answer."""
    model = named_model(settings, name)
    task = load_catalogue().task_of(base_of(settings.home, model.tag) or model.tag)
    if task in ("embedding", "judge", "guard"):
        raise AppUserError(f"{name} is for {task}, not for answers; `polydesk models list` names others")
    if not isinstance(model, OllamaModel):
        return model.name
    up = [tags for tags in hosts_of(settings.ollama_url).health().values() if tags is not None]
    if up and not any(is_among(model.tag, tags) for tags in up):
        raise AppUserError(f"{name} is not on the server: run `polydesk models pull {model.tag}`")
    if not up:
        typer.echo(
            f"polydesk: no Ollama server answers at {settings.ollama_url}: until then answers are quotes", err=True
        )
    return model.name


def _entry(catalogue: Catalogue, name: str) -> Entry:
    entry = catalogue.find(name)
    if entry is None:
        raise AppUserError(f"{name} is not in the catalogue; `polydesk models list` names what is")
    return entry


def _model_name(name: str) -> str:
    """As ``choose_model`` takes it; a name of the catalogue becomes that of its tag."""
    entry = load_catalogue().find(name)
    if entry is None or name.lower() != entry.name:
        return name
    if entry.hosted is not None:
        raise AppUserError(f"{name}: say which, as {' or '.join(entry.hosted.names)}")
    return f"ollama:{_tag(name)}"


def _tag(name: str) -> str:
    entry = load_catalogue().find(name)
    if entry is None or name.lower() != entry.name:
        return name.removeprefix("ollama:")
    if entry.tag is None:
        raise AppUserError(
            f"{name} is nothing to fetch: " + ("it comes along" if entry.bundled else "its maker runs it")
        )
    return entry.tag


def _memory_gb() -> float:
    import psutil

    return float(psutil.virtual_memory().total) / 1e9


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
