"""A model in a process of its own gives what it gives in this one, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import psutil
import pytest

from ingest.embedding.apart import EmbedderApart
from ingest.embedding.base import Embedder
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import IngestError, IngestUserError
from tests.support.patience import eventually

TEXTS = ["Waren können binnen 30 Tagen zurückgegeben werden.", "返品は30日以内です。", ""]


def test_it_answers_as_the_model_in_this_process_does(apart: EmbedderApart, embedder: CentredEmbedder) -> None:
    here = embedder.embedder
    assert (apart.name, apart.fingerprint, apart.dimension) == (here.name, here.fingerprint, here.dimension)
    assert apart.count_tokens(TEXTS) == here.count_tokens(TEXTS)
    ours, theirs = here.encode(TEXTS, "passage"), apart.encode(TEXTS, "passage")
    assert np.array_equal(ours.vectors, theirs.vectors)
    assert all(np.array_equal(a, b) for a, b in zip(ours.states, theirs.states, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(ours.ends, theirs.ends, strict=True))


def test_tokens_are_counted_while_texts_are_embedded(apart: EmbedderApart) -> None:
    with ThreadPoolExecutor(1) as pool:
        embedding = pool.submit(apart.encode, [f"{TEXTS[0]} {n}" for n in range(400)], "passage")
        assert apart.count_tokens(TEXTS[2:]) == [0]
        assert not embedding.done()
        assert len(embedding.result().vectors) == 400


def counted_after(model: Embedder, met: Path, texts: list[str]) -> list[int]:
    assert eventually(met.exists)
    return model.count_tokens(texts)


def meet(model: Embedder, met: Path) -> str:
    met.touch()
    return model.name


def test_a_second_one_is_served_before_the_first_is_done(apart: EmbedderApart, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(apart.run, counted_after, tmp_path / "met", texts=TEXTS)
        assert apart.run(meet, tmp_path / "met") == BUNDLE_NAME
        assert first.result() == apart.count_tokens(TEXTS)


def nothing_to_send(model: Embedder) -> object:
    return threading.Lock()


def never_imported(model: Embedder) -> str:
    return model.name


def test_what_cannot_be_sent_either_way_is_an_error_and_nobody_waits(
    apart: EmbedderApart, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TypeError, match="pickle"):
        apart.run(nothing_to_send)
    elsewhere = ModuleType("is_only_here")
    monkeypatch.setitem(sys.modules, elsewhere.__name__, elsewhere)
    monkeypatch.setattr(never_imported, "__module__", elsewhere.__name__)
    monkeypatch.setattr(elsewhere, "never_imported", never_imported, raising=False)
    with pytest.raises(ModuleNotFoundError, match="is_only_here"):
        apart.run(never_imported)
    assert apart.run(meet, Path(os.devnull)) == BUNDLE_NAME


def test_a_model_that_there_is_not_is_said_to_whoever_asks(models_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    model = EmbedderApart(str(tmp_path / "empty"), models_folder, "bulk", "auto")
    try:
        with pytest.raises(IngestUserError, match="POLYDESK_EMBEDDING_MODEL"):
            model.count_tokens(["a"])
    finally:
        model.close()


def test_a_process_that_was_killed_is_an_error_that_says_so(models_folder: Path) -> None:
    model = EmbedderApart(BUNDLE_NAME, models_folder, "bulk", "onnx")
    model._process.kill()
    with pytest.raises(IngestError, match="process that embeds is gone"):
        model.count_tokens(["a"])
    model.close()


def test_it_ends_with_the_process_that_started_it_however_that_ends(models_folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from ingest.embedding.apart import EmbedderApart\n"
        f"model = EmbedderApart({BUNDLE_NAME!r}, Path(sys.argv[1]), 'bulk', 'onnx'); model.dimension\n"
        "print(model._process.pid, flush=True); time.sleep(3600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", program, str(models_folder)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    process = psutil.Process(int(starter.stdout.readline()))
    starter.kill()
    starter.wait()
    assert eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
