"""Put an adapter on a base: looked at, held against it, sent to each server, made, and remembered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.errors import AppError, AppUserError
from app.models.adapters.files import Adapter, find_adapter
from app.models.adapters.fitting import Base, check_fit
from app.models.adapters.notice import notice_of
from app.models.adapters.records import AdaptedModel, full_tag, keep_adapted
from app.models.adapters.server import AdapterServer, digest_of
from app.models.catalogue import Catalogue
from app.models.hosts import addresses
from app.models.pulling import PullStep
from app.settings import Settings

_NAME = re.compile(r"(?:[a-z0-9][a-z0-9._-]{0,79}/)?[a-z0-9][a-z0-9._-]{0,79}(?::[a-z0-9][a-z0-9._-]{0,79})?")
# Shows what is sent to one server; opened once for each.
Progress = Callable[[str], AbstractContextManager[Callable[[PullStep], None]]]


@dataclass(frozen=True)
class Plan:
    """All that is known before anything is sent.

    :param digests: of the adapter's files, by the name that each has on the server.
    :param licence: what is put beside the base's licence in the new model.
    """

    tag: str
    base: str
    adapter: Adapter
    digests: Mapping[str, str]
    licence: str
    servers: tuple[AdapterServer, ...]
    base_licence: str
    notes: tuple[str, ...] = field(default=())


def planned(
    settings: Settings, catalogue: Catalogue, name: str, base: str, adapter: Path, replace: bool = False
) -> Plan:
    """Look at everything, send nothing.

    :param replace: a model of that name that is on a server already is made anew.
    :raises AppUserError: something does not fit; no server has been changed.
    """
    tag, on = full_tag(name), base.removeprefix("ollama:")
    if not _NAME.fullmatch(tag):
        raise AppUserError(f"{name}: use small letters, digits, dots and dashes, as support-llama:v1")
    if (taken := catalogue.find(tag)) is not None or tag == full_tag(on):
        other = taken.title if taken else on
        raise AppUserError(f"{name} is the name of another model ({other}); give yours one of its own")
    entry = catalogue.find(on)
    found = find_adapter(adapter)
    servers = tuple(AdapterServer(url) for url in addresses(settings.ollama_url))
    bases = [_base(server, on) for server in servers]
    notes = list(dict.fromkeys(note for each in bases for note in check_fit(catalogue, found, each)))
    for server in servers:
        server.check_takes_adapters()
        if not replace and server.shown(tag) is not None:
            raise AppUserError(f"{tag} is at {server.url} already: give another name, or --replace")
    digests = {name: digest_of(file) for name, file in found.files.items()}
    licence = notice_of(catalogue, entry, tag, on, _weights(digests))
    if entry is not None and catalogue.licence_of(entry).attribution and not tag.startswith(entry.family):
        notes.append(
            f"the licence asks that a model which you pass on has a name that begins with {entry.family.title()}"
        )
    return Plan(tag, on, found, digests, licence, servers, bases[0].licence, tuple(notes))


def made(settings: Settings, plan: Plan, progress: Progress) -> None:
    """Carry the plan out on every server, and remember the model.

    :raises AppError: a server cannot make it; those before it have it.
    """
    for server in plan.servers:
        with progress(server.url) as show:
            for name, file in plan.adapter.files.items():
                digest = plan.digests[name]
                if not server.has_file(digest):
                    server.send_file(file, digest, show)
            server.create(plan.tag, plan.base, plan.digests, [plan.licence])
        _check_licence(server, plan)
    record = AdaptedModel(base=plan.base, adapter=_weights(plan.digests), made=datetime.now(UTC))
    keep_adapted(settings.home, plan.tag, record)


def _base(server: AdapterServer, tag: str) -> Base:
    shown = server.shown(tag)
    if shown is None:
        raise AppUserError(f"{tag} is not at {server.url}: run `polydesk models pull {tag}` first")
    return Base.of(tag, shown)


def _check_licence(server: AdapterServer, plan: Plan) -> None:
    """The base's licence and our notice have to be in the new model: whoever gets it gets them too."""
    carried = str((server.shown(plan.tag) or {}).get("license") or "")
    if plan.licence not in carried or plan.base_licence not in carried:
        raise AppError(
            f"{plan.tag} was made at {server.url} without its base's licence: pass it on only with the licence text"
        )


def _weights(digests: Mapping[str, str]) -> str:
    """The digest of the weights, whatever the file is called."""
    return next(digest for name, digest in digests.items() if not name.endswith(".json"))
