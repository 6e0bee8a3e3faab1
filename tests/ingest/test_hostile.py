"""Hostile and broken files each get a reason of their own and cost what they may; the good ones are read."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ingest import knowledge
from ingest.documents import Content, ParsedDocument
from ingest.errors import DocumentError
from ingest.ledger.engine import open_ledger
from ingest.ledger.history import DocumentHistory
from ingest.parsing.processes.pool import Limits, ParserPool
from tests.ingest.hostile import READABLE, make_good, make_hostile
from tests.ingest.parsing_processes import resident, watched
from tests.support.hashed_embedder import hashed

pytestmark = pytest.mark.slow
LIMITS = Limits(seconds=20, extension_seconds=0, memory_bytes=1_000_000_000)
_ENDING = 60.0  # seconds in which a busy machine notices that time is up and ends a process
_LONG = ("busy.pdf",)  # first, so that the others are read beside it
_OVERSHOOT = 1.3  # memory is looked at ten times a second


@dataclass(frozen=True)
class Corpus:
    folder: Path
    expected: dict[str, str]
    good: list[str]


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
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    return Corpus(folder, make_hostile(folder), make_good(folder))


@pytest.fixture(scope="module")
def parsed(corpus: Corpus) -> Iterator[Parsed]:
    """Everything parsed once, bad and good mixed, in two workers."""
    sizes = [0]
    with ParserPool(2, LIMITS) as pool, ThreadPoolExecutor(2) as threads:
        names = sorted((file.name for file in corpus.folder.iterdir()), key=lambda name: (name not in _LONG, name))
        with watched(lambda: sizes.extend(resident(pool))):
            files = (corpus.folder / name for name in names)
            read = threads.map(lambda file: _outcome(pool, file, corpus.expected.get(file.name, "")), files)
            outcomes = dict(zip(names, read, strict=True))
    yield Parsed(corpus.expected, corpus.good, outcomes, max(sizes))


def _outcome(pool: ParserPool, file: Path, expected: str, first: bool = True) -> Outcome:
    content = Content(file.name, file.read_bytes())
    started = time.monotonic()
    try:
        document = pool.parse(content)
    except DocumentError as error:
        if first and error.code == "too-slow" and "too-slow" not in expected:
            return _outcome(pool, file, expected, first=False)  # the libraries of its kind came from a slow disk
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
        return expected if outcome.error.code in expected.split("|") else outcome.error.code
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


def test_a_whole_ingest_has_the_good_ones_and_names_each_bad_one_with_its_reason(
    polydesk: Callable[..., tuple[int, str, str]],
    make_home: Callable[[], Path],
    corpus: Corpus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(knowledge, "open_centred_embedder", lambda *_: hashed())
    monkeypatch.setenv("POLYDESK_PARSE_SECONDS", "20")
    monkeypatch.setenv("POLYDESK_PARSE_WORKERS", "2")  # the others are read beside the one that takes all its time
    monkeypatch.setenv("POLYDESK_PARSE_MEMORY_MB", "1000")
    home = make_home()

    status, out, _err = polydesk("ingest", corpus.folder, "--json")
    summary = json.loads(out)
    assert status == 1
    codes: dict[str, set[str]] = {}
    for finding in summary["findings"]:
        codes.setdefault(finding["item"], set()).add(finding["code"])
        assert "\n" not in finding["message"]
    for name, wanted in corpus.expected.items():
        reading, _, code = wanted.partition("+")
        found = codes.get(name, set())
        assert code in found if code else reading == "readable" or found & set(reading.split("|")), name

    live = {line.document_id for line in DocumentHistory(open_ledger(home)).documents(date.today())}
    readable = {name for name, wanted in corpus.expected.items() if wanted.startswith("readable")}
    assert live == set(corpus.good) | readable
    assert summary["refused"] == len(corpus.expected) - len(readable)
