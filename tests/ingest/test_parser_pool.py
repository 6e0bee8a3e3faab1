"""The parser pool: documents in processes that can be ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from ingest.documents import Content
from ingest.errors import DocumentError, IngestError
from ingest.parsing import parse
from ingest.parsing.processes.pool import Limits, ParserPool
from tests.conftest import REPOSITORY
from tests.ingest.hostile import pdfs
from tests.ingest.parsing_processes import SLOW_RTF, below, pandocs, workers
from tests.support.patience import PATIENCE_S, eventually

NOTE = Content("note.md", b"# Returns\n\nReturns are free. Refunds take five days.\n\n- one\n- two\n")
SLOW = Content("slow.rtf", SLOW_RTF)


def for_notes(workers: int, limits: Limits | None = None) -> ParserPool:
    """A pool that imports no more than notes need: the libraries of all formats take seconds."""
    pool = ParserPool(workers, limits)
    pool.warm_up([NOTE.name])
    return pool


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with for_notes(2, Limits(seconds=10 * PATIENCE_S)) as opened:
        opened.parse(NOTE)
        yield opened


def reads_again(pool: ParserPool) -> bool:
    """Whether it reads a small document, however little time it gives one on a machine that has none just now."""
    try:
        return pool.parse(NOTE).title == "Returns"
    except DocumentError:
        return False


def code_of(pool: ParserPool, content: Content) -> str:
    with pytest.raises(DocumentError, match=content.name) as caught:
        pool.parse(content)
    return caught.value.code


def test_a_document_comes_back_as_it_was_parsed(pool: ParserPool) -> None:
    table = Content("fees.csv", "Land;Gebühr\nSchweiz;CHF 12\nÖsterreich;€ 9\n".encode())
    odd = Content("odd.txt", "Größe 𝒳 \u202egnp\u202c 返品は30日以内です。\n\n- eins\n- zwei\n".encode())
    for content in (NOTE, table, odd):
        assert pool.parse(content) == parse(content)


def test_a_reason_comes_back_as_it_was_given(pool: ParserPool) -> None:
    assert code_of(pool, Content("empty.md", b"")) == "empty"
    assert code_of(pool, Content("a.xyz", b"text")) == "unsupported"


def test_small_documents_cost_next_to_nothing_more_than_in_this_process(pool: ParserPool) -> None:
    def took(parse_it: Callable[[Content], object]) -> float:
        started = time.perf_counter()
        parse_it(NOTE)
        return time.perf_counter() - started

    here = min(took(parse) for _ in range(60))
    assert eventually(lambda: took(pool.parse) - here < 0.003)  # with a process to start, or a pause, none ever would


def test_a_document_over_its_time_is_ended_with_the_programs_it_started() -> None:
    with for_notes(1, Limits(seconds=2)) as pool:
        assert eventually(lambda: reads_again(pool))
        started: set[psutil.Process] = set()
        with ThreadPoolExecutor(1) as threads:
            refused = threads.submit(code_of, pool, SLOW)
            while not refused.done():
                started.update(workers(pool))
                time.sleep(0.02)
            assert refused.result() == "too-slow"
        assert len(started) > 1  # pandoc ran beside its worker
        assert eventually(lambda: not any(process.is_running() for process in started))
        assert eventually(lambda: reads_again(pool))


def test_a_document_over_its_memory_is_ended_and_the_next_one_is_read() -> None:
    with for_notes(1, Limits(seconds=10 * PATIENCE_S, memory_bytes=450_000_000)) as pool:
        assert code_of(pool, Content("bomb.pdf", pdfs.bomb(1_000_000_000))) == "too-much-memory"
        assert pool.parse(NOTE).title == "Returns"


def test_programs_that_a_worker_runs_count_towards_its_memory() -> None:
    with for_notes(1, Limits(seconds=10 * PATIENCE_S, memory_bytes=450_000_000)) as pool:
        assert code_of(pool, SLOW) == "too-much-memory"


def test_a_worker_that_dies_takes_one_document_with_it(pool: ParserPool) -> None:
    before = {process.pid for process in workers(pool)}
    with ThreadPoolExecutor(1) as threads:
        refused = threads.submit(code_of, pool, SLOW)
        assert eventually(lambda: pandocs(pool.pid))
        busy = pandocs(pool.pid)[0].parent()
        assert busy is not None
        busy.kill()
        assert refused.result(timeout=PATIENCE_S) == "crashed"
    assert busy.pid in before
    assert pool.parse(NOTE).title == "Returns"


def test_an_idle_worker_that_was_ended_costs_no_document(pool: ParserPool) -> None:
    pool.parse(NOTE)
    for worker in workers(pool):
        worker.kill()
    assert eventually(lambda: all(worker.status() == psutil.STATUS_ZOMBIE for worker in workers(pool)))
    assert pool.parse(NOTE).title == "Returns"


def test_when_everything_was_ended_the_pool_starts_again() -> None:
    with for_notes(1) as pool:
        pool.parse(NOTE)
        first = pool.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: pool.pid is None)
        assert pool.parse(NOTE).title == "Returns"
        assert pool.pid not in (None, first)


def test_threads_parse_at_the_same_time_and_each_gets_its_own_document(pool: ParserPool) -> None:
    contents = [Content(f"{n}.md", f"# Title {n}\n\nSentence {n}.\n".encode()) for n in range(60)]
    with ThreadPoolExecutor(8) as threads:
        documents = list(threads.map(pool.parse, contents))
    assert [document.title for document in documents] == [f"Title {n}" for n in range(60)]
    assert len(workers(pool)) == 2


def test_a_slow_document_does_not_hold_up_the_others(pool: ParserPool) -> None:
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(code_of, pool, SLOW)
        assert eventually(lambda: pandocs(pool.pid))
        for _ in range(20):
            pool.parse(NOTE)
        assert not slow.done()
        pandocs(pool.pid)[0].kill()
        assert slow.result() == "unreadable"


def test_a_worker_is_replaced_after_its_share_of_documents() -> None:
    with for_notes(1, Limits(documents=3)) as pool:
        seen = []
        for _ in range(6):
            pool.parse(NOTE)
            seen.append([process.pid for process in workers(pool)])
        first, second = seen[0], seen[3]
        assert seen == [first, first, [], second, second, []]
        assert first != second


def test_a_worker_that_stays_large_is_replaced() -> None:
    with for_notes(1, Limits(resident_bytes=1)) as pool:
        pool.parse(NOTE)
        assert workers(pool) == []
        assert pool.parse(NOTE).title == "Returns"


def test_closing_leaves_no_process_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with for_notes(1) as pool:
        pool.parse(NOTE)
        processes = below(pool.pid)
        assert len(processes) == 2
        assert list(tmp_path.iterdir())
    assert eventually(lambda: not any(process.is_running() for process in processes))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(IngestError, match="closed"):
        pool.parse(NOTE)


def test_closing_does_not_wait_for_a_document() -> None:
    pool = for_notes(1)
    pool.parse(NOTE)
    with ThreadPoolExecutor(1) as threads:
        refused = threads.submit(code_of, pool, SLOW)
        assert eventually(lambda: pandocs(pool.pid))
        pool.close()
        assert refused.result(timeout=PATIENCE_S) == "crashed"


def test_a_pool_whose_process_was_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    script = (
        "import sys, threading, time\n"
        "from ingest.parsing.processes.pool import ParserPool\n"
        "from tests.ingest.test_parser_pool import NOTE, SLOW\n"
        "pool = ParserPool(2)\n"
        "pool.warm_up([NOTE.name])\n"
        "pool.parse(NOTE)\n"
        "threading.Thread(target=pool.parse, args=[SLOW], daemon=True).start()\n"
        "print(pool.pid, flush=True)\n"
        "time.sleep(3600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            server = int(process.stdout.readline())
            assert eventually(lambda: pandocs(server))
            members = below(server)
        finally:
            process.kill()
    assert eventually(lambda: not any(member.is_running() for member in members))
    assert eventually(lambda: not list(tmp_path.iterdir()))


def test_what_libraries_print_reaches_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def noise(event, arguments):\n"
        "    if event in ('open', 'compile', 'import'):\n"
        "        os.write(1, b'noise {}\\n'); os.write(2, b'\\x00\\x00\\x00\\x02{}')\n"
        "sys.addaudithook(noise)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with for_notes(1) as pool:
        for _ in range(3):
            assert pool.parse(NOTE) == parse(NOTE)


def test_a_worker_has_no_secrets_and_lets_others_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYDESK_OPENAI_KEY", "secret")
    with for_notes(1) as pool:
        pool.parse(NOTE)
        for process in below(pool.pid):
            assert "POLYDESK_OPENAI_KEY" not in process.environ()
            assert process.nice() >= 5


def test_warming_up_does_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import time\nfrom pathlib import Path\n"
        "began, here = time.monotonic(), Path(__file__).parent\n"
        f"while not (here / 'go').exists() and time.monotonic() < began + {PATIENCE_S}:\n"
        "    time.sleep(0.02)\n"
        "(here / 'begun').touch()\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with ParserPool(1) as pool:
        pool.warm_up([NOTE.name])  # the process does not begin before it is told to
        assert pool.pid is not None
        assert not (tmp_path / "begun").exists()
        (tmp_path / "go").touch()
        assert pool.parse(NOTE).title == "Returns"
        assert (tmp_path / "begun").exists()


def test_limits_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="seconds"):
        Limits(seconds=0)
    with pytest.raises(ValueError, match="workers"):
        ParserPool(0)
