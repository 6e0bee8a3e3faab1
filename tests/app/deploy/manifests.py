"""Kubernetes objects, held against the API as its client describes it: every field known, every value of its type."""

from __future__ import annotations

from typing import Any

from kubernetes import client
from pydantic import ValidationError


def flaws(found: dict[str, Any]) -> list[str]:
    """What is wrong with an object; empty for a good one."""
    group, _, version = str(found.get("apiVersion", "")).rpartition("/")
    family = group.partition(".")[0].capitalize() or "Core"
    model = getattr(client, f"{version.capitalize()}{found.get('kind')}", None)
    if model is None or not hasattr(client, f"{family}{version.capitalize()}Api"):
        return [f"no such kind: {found.get('apiVersion')} {found.get('kind')}"]
    try:
        model.model_validate(found, extra="forbid")
    except ValidationError as error:
        return [f"{'.'.join(map(str, flaw['loc']))}: {flaw['msg']}" for flaw in error.errors()]
    return []
