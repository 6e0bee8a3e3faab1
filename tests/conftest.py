"""What every test shares: an environment of its own, the embedding model, homes, databases and Ollama servers."""

from __future__ import annotations

import gc
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as app.main does, before numpy is there
# Where it is set (images of containers do), each of hundreds of processes would compile all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import resources
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from app.models.breakers import forget_breakers
from ingest import residency
from ingest.embedding import models
from ingest.embedding.centring import CentredEmbedder
from ingest.settings import IngestSettings
from ingest.store.keeper import LINGER_VARIABLE
from tests.support.no_way_out import close_the_ways_out, tried
from tests.support.ollama.fixtures import ollama_description, ollama_scripted, ollama_smol
from tests.support.postgres import postgres_url
from tests.support.stack.choosing import (
    choose,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from tests.support.stack.reaching import change_own_modules, kept_passes
from tests.support.stack.servers import forget_homes, shared_servers

__all__ = [
    "ollama_description",
    "ollama_scripted",
    "ollama_smol",
    "postgres_url",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
]

REPOSITORY = Path(__file__).resolve().parents[1]
_FOREIGN = ("POLYDESK_", "OLLAMA_", "CHROMA_", "OPENAI_", "HF_", "TRANSFORMERS_")
_NOBODY = "http://127.0.0.1:9"  # the discard port: an Ollama of the developer's own must not answer in a test
_MODELS_WAIT_S = 900
_BEGUN = pytest.StashKey[float]()  # by the monotonic clock
# By its own rules an example takes at most a fifth of a second, which a busy machine needs for any.
settings.register_profile("polydesk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("polydesk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--stack",
        choices=["local", "server"],
        default="local",
        help="where homes keep rows and vectors: in files of their own, or in one PostgreSQL and one Chroma server",
    )
    parser.addoption("--within", type=float, metavar="SECONDS", help="skip tests that would begin later than that")


def pytest_configure(config: pytest.Config) -> None:
    """No test reaches beyond this machine; see :func:`_stays_here`."""
    close_the_ways_out()
    config.stash[_BEGUN] = time.monotonic()
    if not hasattr(config, "workerinput"):  # of one run, also where several processes share its tests
        shared = ExitStack()
        config.add_cleanup(shared.close)
        shared.enter_context(kept_passes())
        if config.getoption("stack") == "server":
            try:
                shared.enter_context(shared_servers())
            except pytest.skip.Exception as error:
                raise pytest.UsageError(f"--stack=server: {error.msg}") from None
        change_own_modules()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: of two workers, neither is left alone with a long file at the end.

    The very first makes the models and the sample's home; those that need neither come next, so that nobody waits.
    Where time is limited they come last: few tests are left out then, not many.
    """
    if items and items[0].config.getoption("stack") == "server":
        choose(items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    if items and items[0].config.getoption("within") is not None:
        items.sort(key=lambda item: item.path in slow)
        return
    needs: dict[Path, set[str]] = {}
    makes = None
    for item in items:
        wanted = getattr(item, "fixturenames", ())
        if makes is None and item.path not in needs and item.path in slow and "sample_home" in wanted:
            makes = item.path
        needs.setdefault(item.path, set()).update(wanted)

    def turn(item: pytest.Item) -> int:
        if item.path not in slow:
            return 3
        return 0 if item.path == makes else 1 + ("models_folder" in needs[item.path])

    items.sort(key=turn)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    within = item.config.getoption("within")
    if within is not None and time.monotonic() - item.config.stash[_BEGUN] > within:
        pytest.skip(f"no time was left: {within:.0f} s were given")


def pytest_collection_finish() -> None:
    """What was collected stays until the end: to look for cycles in it again and again costs time."""
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the user's settings reaches a test, and no test reaches the user's home or a proxy."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_FOREIGN) or name.lower().endswith("_proxy"):
                patch.delenv(name)
        patch.setenv("NO_PROXY", "*")
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("POLYDESK_HOME", str(tmp_path_factory.mktemp("nobody") / "home"))
        patch.setenv("POLYDESK_OLLAMA_URL", _NOBODY)
        patch.setenv(LINGER_VARIABLE, "1.0")
        patch.setattr(models, "_open", {})  # what one test has loaded serves the next
        yield


@pytest.fixture(autouse=True)
def _stays_here() -> Iterator[None]:
    """A connection to another machine is refused, and fails the test, whatever made of the refusal."""
    tried.clear()
    residency.keep_to(())  # what a test's settings allow is not for the next
    forget_breakers()  # nor is the port of a server that has gone: another one may get it
    yield
    assert not tried, f"connections to other machines: {', '.join(tried)}"


@pytest.fixture(autouse=True)
def _forgets_homes(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the homes of a test had on servers goes with it."""
    yield
    if (folder := request.node.funcargs.get("tmp_path")) and request.config.getoption("stack") == "server":
        forget_homes(folder)


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """The repository's own models, which ``make run`` uses too: unpacked once, in whatever process comes first."""
    from ingest.knowledge import open_centred_embedder

    home = REPOSITORY / ".polydesk"
    home.mkdir(exist_ok=True)
    with FileLock(home / "models.lock", timeout=_MODELS_WAIT_S):
        open_centred_embedder(IngestSettings(home=home))
    return home / "models"


@pytest.fixture(scope="session")
def embedder(models_folder: Path) -> CentredEmbedder:
    """The bundled embedding model with its language means."""
    from ingest.knowledge import open_centred_embedder

    return open_centred_embedder(IngestSettings(home=models_folder.parent))


@pytest.fixture
def make_home(models_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Makes an empty home that has the models already, and points ``POLYDESK_HOME`` at it."""
    made: list[Path] = []

    def make() -> Path:
        home = tmp_path / f"home{len(made)}"
        with_models(home, models_folder)
        made.append(home)
        monkeypatch.setenv("POLYDESK_HOME", str(home))
        return home

    return make


@pytest.fixture(scope="session")
def sample_home(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample's documents and tickets in it, ingested once (about a minute): read it, never write it."""
    from ingest.runs import run_ingest

    def make(home: Path) -> None:
        sample = Path(str(resources.files("ingest") / "sample"))
        with_models(home, models_folder)
        run_ingest(IngestSettings(home=home), [sample / "documents", sample / "tickets.jsonl"])

    return made_by_one_worker(tmp_path_factory, "sample-home", make)


def made_by_one_worker(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that ``make`` fills: once, in whatever worker comes first, for all to read."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # workers share it
    folder, finished = base / name, base / f"{name}.finished"
    with FileLock(base / f"{name}.lock", timeout=_MODELS_WAIT_S):
        if not finished.exists():
            make(folder)
            finished.touch()
    return folder


def with_models(home: Path, models: Path) -> None:
    """Make ``home``, with the models that are there already."""
    home.mkdir(parents=True)
    (home / "models").symlink_to(models)
