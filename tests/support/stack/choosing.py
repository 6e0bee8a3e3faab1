"""Which tests open a home, told by what they and their fixtures are made of; a list would be forgotten."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest

# Whoever names one of these opens a ledger, conversations or a store.
_OPENERS = {
    "ingest.ledger.engine": {"open_ledger"},
    "ingest.knowledge": {"open_knowledge"},
    "ingest.runs": {"run_ingest"},
    "ingest.store.connection": {"open_store"},
    "app.assistant": {"open_assistant"},
    "app.conversations.database": {"default_url", "database_url"},
    "app.conversations.sessions": {"Sessions", "open_sessions"},
    "app.conversations.store": {"ConversationStore"},
}
_EVERYBODYS = "tests.conftest"  # what is there serves many tests, of which most want a model alone
_HOMES = {"make_home", "sample_home"}


_CHOSEN = pytest.StashKey[tuple[int, int]]()  # the tests that open a home, and all


def choose(items: list[pytest.Item]) -> None:
    """Mark the tests that open a home, and skip those that are about files."""
    homes = 0
    for item in items:
        if opens_a_home(item):
            item.add_marker("home")
            homes += 1
        if marker := item.get_closest_marker("local"):
            item.add_marker(pytest.mark.skip(reason=f"local: {marker.args[0]}"))
    items[0].config.stash[_CHOSEN] = homes, len(items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that shares the tests of a run with others tells the one that reports."""
    if hasattr(session.config, "workeroutput") and (chosen := session.config.stash.get(_CHOSEN, None)):
        session.config.workeroutput["chosen"] = chosen


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if chosen := getattr(node, "workeroutput", {}).get("chosen"):
        node.config.stash[_CHOSEN] = tuple(chosen)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if chosen := config.stash.get(_CHOSEN, None):
        homes, all_of_them = chosen
        terminalreporter.write_line(
            f"{homes} of {all_of_them} tests open a ledger, conversations or a store; the others know no stack"
        )


def opens_a_home(item: pytest.Item) -> bool:
    """Whether a test, a fixture of its own folder or file, or a helper that it imports opens one."""
    if not isinstance(item, pytest.Function):
        return False
    if _HOMES & set(item.fixturenames):
        return True
    return any(_opens(module) for module in {item.module, *_modules_of_fixtures(item)})


def _modules_of_fixtures(item: pytest.Function) -> Iterator[ModuleType]:
    for name in item.fixturenames:
        for definition in item._fixtureinfo.name2fixturedefs.get(name, ()):  # no public way in pytest 9
            module = sys.modules.get(definition.func.__module__)
            if module is not None and module.__name__.startswith("tests.") and module.__name__ != _EVERYBODYS:
                yield module


@cache
def _opens(module: ModuleType) -> bool:
    return any(_is_opener(value) for value in vars(module).values())


def _is_opener(value: Any) -> bool:
    return getattr(value, "__name__", None) in _OPENERS.get(getattr(value, "__module__", None) or "", ())
