"""What an ingest on Ray makes is what one without makes, also when workers are killed in the middle of it."""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from eval.local_ray import LocalRay
from ingest.cluster import assignment
from ingest.knowledge import open_knowledge
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from tests.conftest import with_models
from tests.ingest.kills.state import State, differences, state
from tests.support.command import Command
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.slow
_FORMATS = (".md", ".html", ".docx", ".eml")  # whose libraries are imported soonest
_OF_EACH = 2
_TICKETS = 2


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A few documents of the sample in several formats with one that nobody can read, and tickets."""
    sample, folder = Path(str(resources.files("ingest") / "sample")), tmp_path_factory.mktemp("ray") / "docs"
    folder.mkdir()
    for suffix in _FORMATS:
        for file in sorted((sample / "documents").rglob(f"*{suffix}"))[:_OF_EACH]:
            shutil.copy(file, folder)
    (folder / "broken.docx").write_bytes(b"PK and no more")
    lines = (sample / "tickets.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    tickets = folder.with_name("tickets.jsonl")
    tickets.write_text("".join(lines[:_TICKETS]), encoding="utf-8")
    return [folder, tickets]


def made(home: Path) -> State:
    with open_knowledge(IngestSettings(home=home)) as knowledge:
        return state(knowledge)


@pytest.fixture(scope="module")
def without_ray(addresses: list[Path], models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> State:
    home = tmp_path_factory.mktemp("without") / "home"
    with_models(home, models_folder)
    run_ingest(IngestSettings(home=home, embedding_runtime="onnx"), addresses)
    return made(home)


def refused(told: dict[str, Any]) -> list[str]:
    return [finding["item"] for finding in told["findings"]]


@pytest.fixture
def home(make_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLYDESK_EMBEDDING_RUNTIME", "onnx")  # in bf16 the last bits depend on a text's neighbours
    return make_home()


def test_the_store_is_the_same_as_without(
    ray_head: LocalRay, addresses: list[Path], home: Path, without_ray: State, polydesk: Command
) -> None:
    status, out, err = polydesk("ingest", *addresses, "--ray", ray_head.address, "--json")
    told = json.loads(out)
    assert (status, told["refused"], refused(told)) == (1, 1, ["broken.docx"]), err
    assert told["added"] == len(_FORMATS) * _OF_EACH + _TICKETS
    assert told["chunks_embedded"] == told["chunks"]
    assert differences(made(home), without_ray) == []


def test_workers_killed_in_the_middle_lose_nothing(
    ray_head: LocalRay, addresses: list[Path], home: Path, without_ray: State, polydesk: Command
) -> None:
    killed: list[str] = []

    def kill() -> None:
        end = time.monotonic() + PATIENCE_S
        for doing in ("read", "embed"):
            while doing not in killed and time.monotonic() < end:
                for process in ray_head.workers(doing)[:1]:
                    process.send_signal(signal.SIGKILL)
                    killed.append(doing)
                time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    told = json.loads(polydesk("ingest", *addresses, "--ray", ray_head.address, "--json")[1])
    killer.join()
    assert killed == ["read", "embed"]
    assert refused(told) == ["broken.docx"]
    assert differences(made(home), without_ray) == []


def test_a_worker_that_would_do_something_else_is_refused_before_anything_is_written(
    ray_head: LocalRay, addresses: list[Path], home: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignment, "_code_digest", lambda: "0123456789abcdef")
    status, out, err = polydesk("ingest", *addresses, "--ray", ray_head.address)
    (line,) = [line for line in err.splitlines() if line.strip()]
    assert (status, out.strip()) == (2, "") and "polydesk there is not the same as here" in line
    assert json.loads(polydesk("documents", "list", "--json")[1]) == []


def test_a_plan_is_made_without_ray(addresses: list[Path], home: Path, polydesk: Command) -> None:
    status, _, err = polydesk("ingest", *addresses, "--plan", "--ray", "127.0.0.1:6379")
    assert status == 2 and "--plan" in err
