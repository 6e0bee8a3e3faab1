"""The ``options`` and ``keep_alive`` of a request, read as Ollama reads them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.support.ollama.errors import OllamaError

DEFAULT_KEEP_ALIVE_S = 300.0
FOREVER_S = math.inf

_UNITS_S = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+")
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


@dataclass(frozen=True, slots=True)
class Options:
    """What of ``options`` matters here; the defaults are Ollama's, ``num_ctx`` in tokens."""

    num_ctx: int = 4096
    num_predict: int = -1  # no limit when not positive
    temperature: float = 0.8
    seed: int = -1  # drawn anew for every request when negative
    top_k: int = 40
    top_p: float = 0.9
    min_p: float = 0.0
    stop: tuple[str, ...] = ()


def parse_options(sent: Mapping[str, Any] | None, defaults: Options) -> Options:
    """``defaults`` overlaid with what was sent; unknown names and nulls are ignored.

    :raises OllamaError: 500, a value has the wrong type (wording and status as in ollama).
    """
    changes: dict[str, Any] = {}
    for name, value in (sent or {}).items():
        if value is None or name not in Options.__dataclass_fields__:
            continue
        if name == "stop":
            changes[name] = _strings(name, value)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            raise OllamaError(500, f'option "{name}" must be of type {_type_name(name)}')
        else:
            changes[name] = int(value) if _type_name(name) == "integer" else float(value)
    return replace(defaults, **changes)


def parse_keep_alive(sent: float | str | None) -> float:
    """Seconds a model stays loaded after its last request; infinite when negative, 0 to unload at once.

    :raises OllamaError: 400, a string that is not a Go duration such as ``5m`` or ``1h30m``.
    """
    if sent is None:
        return DEFAULT_KEEP_ALIVE_S
    seconds = _duration_s(sent) if isinstance(sent, str) else float(sent)
    return FOREVER_S if seconds < 0 else seconds


def _duration_s(text: str) -> float:
    if text in {"0", "+0", "-0"}:
        return 0.0
    if _DURATION.fullmatch(text) is None:
        number = re.fullmatch(r"[+-]?\d+(\.\d*)?", text)
        problem = "missing unit in duration" if number else "invalid duration"
        raise OllamaError(400, f'time: {problem} "{text}"')
    seconds = sum(float(amount) * _UNITS_S[unit] for amount, unit in _PART.findall(text))
    return -seconds if text.startswith("-") else seconds


def _strings(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(item for item in value if item)
    raise OllamaError(500, f'option "{name}" must be of type array')


def _type_name(name: str) -> str:
    return "integer" if name in {"num_ctx", "num_predict", "seed", "top_k"} else "float32"
