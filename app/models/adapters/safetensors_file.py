"""Names and shapes from the header of a safetensors file (https://huggingface.co/docs/safetensors); nothing is loaded.

The format holds no code. The header is read within bounds, and every place it names has to lie in the file.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from app.errors import AppUserError
from app.models.adapters.weights import Tensor

_LENGTH = 8
_LONGEST_HEADER = 16 << 20  # an adapter's is some hundred kilobytes
_WIDTHS = {"F32": 4, "F16": 2, "BF16": 2}


def read_safetensors(path: Path) -> tuple[Tensor, ...]:
    """The tensors of a file.

    :raises AppUserError: it is not what it should be.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(_LENGTH), "little")
        if not 2 <= length <= min(_LONGEST_HEADER, size - _LENGTH):
            raise _broken(path, "its header has no sensible length")
        text = stream.read(length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise _broken(path, "its header is not JSON") from None
    if not isinstance(header, dict):
        raise _broken(path, "its header is no list of tensors")
    header.pop("__metadata__", None)
    tensors, data = [], size - _LENGTH - length
    places: list[tuple[int, int]] = []
    for name, about in header.items():
        shape, begin, end = _entry(path, name, about)
        tensors.append(Tensor(name, shape))
        places.append((begin, end))
    _check_places(path, places, data)
    return tuple(tensors)


def _entry(path: Path, name: str, about: Any) -> tuple[tuple[int, ...], int, int]:
    try:
        kind, shape, (begin, end) = about["dtype"], tuple(about["shape"]), about["data_offsets"]
    except (TypeError, KeyError, ValueError):
        raise _broken(path, f"{name[:80]!r} is not described") from None
    if kind not in _WIDTHS:
        raise AppUserError(f"{path}: {name[:80]!r} is of type {str(kind)[:20]}; save the adapter as F32, F16 or BF16")
    if any(type(each) is not int or each < 0 for each in (*shape, begin, end)):
        raise _broken(path, f"{name[:80]!r} has no sensible shape")
    if end - begin != math.prod(shape) * _WIDTHS[kind]:
        raise _broken(path, f"{name[:80]!r} is not as large as its shape says")
    return shape, begin, end


def _check_places(path: Path, places: list[tuple[int, int]], data: int) -> None:
    """One tensor after another, without gaps, to the end of the file."""
    at = 0
    for begin, end in sorted(places):
        if begin != at:
            raise _broken(path, "its tensors overlap or leave gaps")
        at = end
    if at != data:
        raise _broken(path, f"it should hold {at} bytes of weights and holds {data}: copy it again")


def _broken(path: Path, why: str) -> AppUserError:
    return AppUserError(f"{path}: this is no whole safetensors file: {why}")
