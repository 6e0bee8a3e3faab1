"""Changes modules of ours as they are imported, in the tests' process and in those that it starts.

Runs at the start of every process, so it imports the standard library alone.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

Changes = Mapping[str, Callable[[Any], None]]


def change_modules(changes: Changes) -> None:
    """Change these modules, by name: at once where they are there, else right after they were imported."""
    if any(type(finder).__name__ == _Coming.__name__ for finder in sys.meta_path):
        return  # the process that started this one has seen to it
    sys.meta_path.insert(0, _Coming(changes))
    for name, change in changes.items():
        if name in sys.modules:
            change(sys.modules[name])


class _Coming(importlib.abc.MetaPathFinder):
    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        change = self._changes.get(name)
        if change is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        loader: Any = spec.loader
        plain = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            plain(module)
            change(module)

        loader.exec_module = exec_module
        return spec
