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

import psutil
import pytest

from ingest.cluster import assignment
from ingest.knowledge import open_knowledge
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from tests.conftest import with_models
from tests.ingest.cluster.conftest import RayHead
from tests.ingest.kills.state import State, differences, state
from tests.support.command import Command
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.slow
_FORMATS = (".md", ".html", ".docx", ".xlsx", ".pdf", ".eml", ".csv")
_OF_EACH = 2
_TICKETS = 3


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few documents of the sample in each format, tickets, and a file that nobody can read."""
    sample, folder = Path(str(resources.files("ingest") / "sample")), tmp_path_factory.mktemp("ray") / "docs"
    folder.mkdir()
    for suffix in _FORMATS:
        for file in sorted((sample / "documents").rglob(f"*{suffix}"))[:_OF_EACH]:
            shutil.copy(file, folder)
    lines = (sample / "tickets.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "tickets.jsonl").write_text("".join(lines[:_TICKETS]), encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    return folder


def made(home: Path) -> State:
    with open_knowledge(IngestSettings(home=home)) as knowledge:
        return state(knowledge)


@pytest.fixture(scope="module")
def without_ray(docs: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> State:
    home = tmp_path_factory.mktemp("without") / "home"
    with_models(home, models_folder)
    run_ingest(IngestSettings(home=home, embedding_runtime="onnx"), [docs])
    return made(home)


@pytest.fixture
def home(make_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLYDESK_EMBEDDING_RUNTIME", "onnx")  # in bf16 the last bits depend on a text's neighbours
    return make_home()


def test_the_store_is_the_same_as_without(
    ray_head: RayHead, docs: Path, home: Path, without_ray: State, polydesk: Command
) -> None:
    status, out, err = polydesk("ingest", docs, "--ray", ray_head.address, "--json")
    told = json.loads(out)
    assert (status, told["refused"], [each["item"] for each in told["findings"]]) == (1, 1, ["broken.pdf"]), err
    assert told["added"] > len(_FORMATS) and told["chunks_embedded"] == told["chunks"]
    assert differences(made(home), without_ray) == []

    (docs / "new.md").write_text("# New\n\nReturns take forty days.\n", encoding="utf-8")
    try:
        told = json.loads(polydesk("ingest", docs, "--ray", ray_head.address, "--json")[1])
        assert (told["added"], told["chunks_embedded"]) == (1, 1)
    finally:
        (docs / "new.md").unlink()


@pytest.mark.parametrize("doing", ["read", "embed"])
def test_a_worker_killed_in_the_middle_loses_nothing(
    doing: str, ray_head: RayHead, docs: Path, home: Path, without_ray: State, polydesk: Command
) -> None:
    killed: list[psutil.Process] = []

    def kill() -> None:
        end = time.monotonic() + PATIENCE_S
        while not killed and time.monotonic() < end:
            for process in ray_head.workers(doing)[:1]:
                process.send_signal(signal.SIGKILL)
                killed.append(process)
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    told = json.loads(polydesk("ingest", docs, "--ray", ray_head.address, "--json")[1])
    killer.join()
    assert killed, f"no worker was met while it had something to {doing}"
    assert [each["item"] for each in told["findings"]] == ["broken.pdf"]
    assert differences(made(home), without_ray) == []


def test_a_worker_that_would_do_something_else_is_refused_before_anything_is_written(
    ray_head: RayHead, docs: Path, home: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, other, expected in (
        ("_code_digest", "0123456789abcdef", "polydesk there is not the same as here"),
        ("_libraries", ("unstructured 0.1",), "other libraries there than here (beautifulsoup4 "),
        ("fingerprint_of", "f" * 16, "multilingual-e5-small is another model there than here"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(assignment, name, lambda *_, other=other: other)
            status, out, err = polydesk("ingest", docs, "--ray", ray_head.address)
        (line,) = [line for line in err.splitlines() if line.strip()]
        assert (status, out.strip()) == (2, "") and expected in line
    assert polydesk("documents", "list", "--json")[1].strip() in ("", "[]")


def test_a_plan_is_made_without_ray(docs: Path, home: Path, polydesk: Command) -> None:
    status, _, err = polydesk("ingest", docs, "--plan", "--ray", "127.0.0.1:6379")
    assert status == 2 and "--plan" in err
