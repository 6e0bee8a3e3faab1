"""The command in the test's own process, with the embedding model that is open already."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from app.main import main
from ingest import headstart
from ingest.embedding.centring import CentredEmbedder

Command = Callable[..., tuple[int, str, str]]


def command_with(
    embedder: CentredEmbedder,
    modules: tuple[ModuleType, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Runs ``polydesk``; returns its exit status and what it printed.

    :param modules: those that open the model.
    """
    for module in modules:
        monkeypatch.setattr(module, "open_centred_embedder", lambda *_: embedder)
    monkeypatch.setattr(headstart, "newer_files", lambda *_: [])  # no other model is loaded beside it

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["polydesk", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run
