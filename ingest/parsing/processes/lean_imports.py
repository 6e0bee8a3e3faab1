"""Keeps out of the process that parsers are forked from what ``unstructured`` imports and no reader of ours uses.

It is there because it is installed, or for guesses about English that are turned off. Without it, the process is ready
for a Markdown file in a quarter of the time, which is what somebody waits for who changed one.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

# Never imported: 300 MB, two seconds and threads, because spaCy and pandas would use them.
_REFUSED = ("torch", "tensorflow", "cupy", "mxnet", "pyarrow")

# Imported when something of them is asked for.
_WHEN_USED = ("spacy", "iso639", "emoji", "requests", "numpy")

# Parts from which names are taken at once: what was taken is imported when it is called or looked into.
_PARTS_WHEN_USED = (
    "unstructured.nlp.english_words",
    "unstructured.partition.html.transformations",
    "unstructured.safe_http",
    # Of the PDF strategies, for drawing and sorting what models found on a page: cv2, matplotlib, numba, onnx.
    "unstructured.partition.pdf_image.pdf_image_utils",
    "unstructured.partition.utils.sorting",
    "unstructured_inference.inference.elements",
)


def keep_lean() -> None:
    """Prepare for importing ``unstructured``; for a process of its own that has not imported it."""
    sys.modules.update(dict.fromkeys(_REFUSED))  # type: ignore[arg-type]  # None is how an import is refused
    sys.modules.update({name: _ImportedWhenUsed(name) for name in _WHEN_USED})
    sys.modules.update({name: _PartWhenUsed(name) for name in _PARTS_WHEN_USED})
    sys.modules["unstructured.telemetry"] = _Mute("unstructured.telemetry")
    with _short_alphabet():
        importlib.import_module("unstructured.cleaners.core")


class _ImportedWhenUsed(ModuleType):
    """Stands for a module, which is imported when something of it is asked for, be it only a module in it."""

    def __getattr__(self, name: str) -> Any:
        if name == "__file__":  # :mod:`inspect` asks every module there is
            raise AttributeError(name)
        return getattr(_imported(self), name)


class _PartWhenUsed(ModuleType):
    """Stands for a module of which functions and collections are taken when it is imported."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Taken(self, name)


class _Taken:
    def __init__(self, module: ModuleType, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return getattr(_imported(self._module), self._name)(*arguments, **named)

    def __contains__(self, item: object) -> bool:
        return item in getattr(_imported(self._module), self._name)


class _Mute(ModuleType):
    """Reports nothing to anybody: its functions do nothing, and as decorators leave everything as it is."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_arguments: lambda function: function


def _imported(stand_in: ModuleType) -> ModuleType:
    if sys.modules.get(stand_in.__name__) is stand_in:
        del sys.modules[stand_in.__name__]
    return importlib.import_module(stand_in.__name__)


@contextmanager
def _short_alphabet() -> Iterator[None]:
    """For a module that looks through all of Unicode for punctuation, for the guesses, while it is imported."""
    for module in ("unstructured.file_utils.encoding", "unstructured.nlp.patterns"):
        importlib.import_module(module)  # so that the module itself is all that is imported here
    last, sys.maxunicode = sys.maxunicode, 0x7F
    try:
        yield
    finally:
        sys.maxunicode = last
