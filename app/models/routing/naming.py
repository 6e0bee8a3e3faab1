"""How a route is called: ``routed:SMALL,LARGE``."""

from __future__ import annotations

from app.errors import AppUserError

_PREFIX = "routed:"
_EXAMPLE = "routed:ollama:llama3.2:3b,ollama:mistral-small"


def is_route(name: str) -> bool:
    """Whether a model's name is that of a route."""
    return name.startswith(_PREFIX)


def route_name(small: str, large: str) -> str:
    """The name of the route between two models."""
    return f"{_PREFIX}{small},{large}"


def parts_of(name: str) -> tuple[str, str]:
    """The names of the small and of the large model.

    :raises AppUserError: the name is not that of a route between two models.
    """
    parts = [part.strip() for part in name.removeprefix(_PREFIX).split(",")]
    if any(part.startswith(_PREFIX) or part == _PREFIX.rstrip(":") for part in parts):
        raise AppUserError(f"model {name}: a route leads from one model to another, not to a route")
    if not is_route(name) or len(parts) != 2 or not all(parts):
        raise AppUserError(f"model {name}: name a small and a large model, as {_EXAMPLE}")
    if "quoting" in parts:
        raise AppUserError(f"model {name}: quoting is no model; name a small and a large one, as {_EXAMPLE}")
    if parts[0] == parts[1]:
        raise AppUserError(f"model {name}: small and large are the same model; name two, as {_EXAMPLE}")
    return parts[0], parts[1]
