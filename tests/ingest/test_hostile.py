"""Hostile and broken files each get a reason of their own and cost what they may; the good ones are read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.documents import Content, ParsedDocument
from ingest.errors import DocumentError
from ingest.parsing.pool import Limits, ParserPool
from tests.ingest.hostile import READABLE, make_good, make_hostile
from tests.ingest.parsing_processes import resident, watched

LIMITS = Limits(seconds=20, extension_seconds=0, memory_bytes=1_000_000_000)
_ENDING = 3.0  # seconds in which an ended process is gone, on a busy machine
_OVERSHOOT = 1.3  # memory is looked at ten times a second


@dataclass(frozen=True)
class Outcome:
    seconds: float
    document: ParsedDocument | None = None
    error: DocumentError | None = None


@dataclass(frozen=True)
class Parsed:
    expected: dict[str, str]
    good: list[str]
    outcomes: dict[str, Outcome]
    most_resident: int


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parsed]:
    """Everything parsed once, bad and good mixed, in two workers."""
    folder = tmp_path_factory.mktemp("corpus")
    expected, good = make_hostile(folder), make_good(folder)
    sizes = [0]
    with ParserPool(2, LIMITS) as pool, ThreadPoolExecutor(2) as threads:
        names = sorted(file.name for file in folder.iterdir())
        with watched(lambda: sizes.extend(resident(pool))):
            outcomes = dict(zip(names, threads.map(lambda name: _outcome(pool, folder / name), names), strict=True))
    yield Parsed(expected, good, outcomes, max(sizes))


def _outcome(pool: ParserPool, file: Path) -> Outcome:
    content = Content(file.name, file.read_bytes())
    started = time.monotonic()
    try:
        document = pool.parse(content)
    except DocumentError as error:
        return Outcome(time.monotonic() - started, error=error)
    return Outcome(time.monotonic() - started, document)


def test_the_corpus_is_large_enough(parsed: Parsed) -> None:
    refused = [code for code in parsed.expected.values() if not code.startswith(READABLE)]
    assert len(parsed.expected) >= 45
    assert len(refused) >= 45
    assert len(parsed.good) >= 40


def test_every_bad_file_is_refused_for_its_own_reason_or_read_with_its_finding(parsed: Parsed) -> None:
    got = {name: _code(parsed.outcomes[name], code) for name, code in parsed.expected.items()}
    assert got == parsed.expected


def _code(outcome: Outcome, expected: str) -> str:
    """What happened, in the words of the corpus."""
    if outcome.error is not None:
        return outcome.error.code
    assert outcome.document is not None
    wanted = expected.partition("+")[2]
    has_it = wanted in {finding.code for finding in outcome.document.findings}
    return f"{READABLE}+{wanted}" if has_it else READABLE


def test_every_reason_is_one_line_that_names_the_file_and_says_what_to_do(parsed: Parsed) -> None:
    for name, outcome in parsed.outcomes.items():
        if outcome.error is not None:
            message = str(outcome.error)
            assert message.startswith(name), message
            assert "\n" not in message
            assert "Traceback" not in message
            assert ";" in message, message  # what is wrong; what to do


def test_no_file_takes_longer_than_its_time(parsed: Parsed) -> None:
    slowest = max(parsed.outcomes, key=lambda name: parsed.outcomes[name].seconds)
    # The first ones also wait for the libraries, once.
    assert parsed.outcomes[slowest].seconds < LIMITS.seconds + _ENDING, slowest


def test_memory_stays_bounded(parsed: Parsed) -> None:
    assert 0 < parsed.most_resident < _OVERSHOOT * LIMITS.memory_bytes


def test_every_good_file_is_read_whole(parsed: Parsed) -> None:
    for name in parsed.good:
        document = parsed.outcomes[name].document
        assert document is not None, parsed.outcomes[name].error
        assert document.findings == ()
        assert any(section.units for section in document.sections)


def test_entities_never_bring_in_another_file(parsed: Parsed) -> None:
    for outcome in parsed.outcomes.values():
        assert outcome.document is None or "root:" not in outcome.document.text


def test_text_beside_macros_bad_bytes_and_far_cells_is_read(parsed: Parsed) -> None:
    def text(name: str) -> str:
        document = parsed.outcomes[name].document
        assert document is not None
        return document.text

    assert "within thirty days" in text("macros.docm")
    assert "France | 12" in text("macros.xlsm")
    assert "Rückgabe" in text("one-bad-byte.md")
    assert "far away" in text("far-cell.xlsx")
    assert "France | 12" in text("declared-huge.xlsx")
