"""Models and recommendations as plain values for JSON; sizes in bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.models.catalogue import Catalogue, Entry
from app.models.memory import memory_need
from app.models.recommending import Recommendation

Health = Mapping[str, list[str] | None]


def on_hosts(entry: Entry, health: Health) -> dict[str, list[str]]:
    """The hosts that have the model, each with the tags under which."""
    own = {tag.lower() for tag in entry.tags}
    found = {url: [tag for tag in tags or () if tag.lower() in own] for url, tags in health.items()}
    return {url: tags for url, tags in found.items() if tags}


def quantisations(catalogue: Catalogue, entry: Entry) -> list[str]:
    """Its own, and the others whose size can be told."""
    own = [file.quantisation for file in entry.files]
    return own + [each for each in catalogue.memory.bits_per_weight.values if each not in own and entry.parameters]


def plain_entry(
    catalogue: Catalogue, entry: Entry, context: int, health: Health, whole: bool = False
) -> dict[str, Any]:
    """The values of a model.

    :param whole: with its licence, its scores, and memory for each quantisation.
    """
    need = memory_need(catalogue, entry, context)
    values: dict[str, Any] = {
        "name": entry.name,
        "title": entry.title,
        "task": entry.task,
        "tags": list(entry.tags),
        "parameters": entry.parameters,
        "bytes": entry.files[0].bytes if entry.files else None,
        "memory": {**asdict(need), "total": need.total, "context": context} if need else None,
        "languages": list(entry.languages.codes),
        "licence": catalogue.licence_of(entry).name,
        "on": on_hosts(entry, health),
    }
    if whole:
        needs = {each: memory_need(catalogue, entry, context, each) for each in quantisations(catalogue, entry)}
        values |= entry.model_dump(mode="json", exclude={"tags", "languages", "licence"})
        values["languages"] = entry.languages.model_dump(mode="json")
        values["licence"] = catalogue.licence_of(entry).model_dump(mode="json") | entry.licence.model_dump()
        values["quantisations"] = {
            each: {"weights": found.weights, "total": found.total} for each, found in needs.items() if found
        }
    return values


def plain_recommendation(found: Recommendation) -> dict[str, Any]:
    """The values of a recommendation."""
    return {
        "name": found.name,
        "model": found.entry.name,
        "fits": found.fits,
        "reasons": [asdict(reason) for reason in found.reasons],
    }
