"""``polydesk bench`` as a user runs it, on a corpus small enough for a test, and how it measures a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.bench_ingest import CorpusFigures, IngestBench, print_bench_ingest
from eval.measured_process import run_measured
from tests.support.command import Command
from tests.support.patience import PATIENCE_S

LONGEST_S = 600  # on a busy machine; usually under a minute
MEGABYTE = 1_000_000


def typed(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.main", *arguments],
        env={**os.environ, "POLYDESK_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


@pytest.fixture(scope="module")
def done(models_folder: Path) -> subprocess.CompletedProcess[str]:
    return typed("bench", "ingest", "--documents", "6", "--rounds", "2", "--json", home=models_folder.parent)


@pytest.fixture(scope="module")
def figures(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    corpora = json.loads(done.stdout)["corpora"]
    assert len(corpora) == 1
    found: dict[str, Any] = corpora[0]
    return found


@pytest.mark.slow
class TestTheCommand:
    def test_every_field_has_a_plausible_value(self, figures: dict[str, Any]) -> None:
        assert set(figures) == set(CorpusFigures.model_fields)
        assert figures["documents"] == 6
        assert 6 < figures["chunks"] < 100
        assert 1.5 * figures["chunks"] < figures["texts"] < 400  # of most chunks a context and a window
        assert figures["embedding_alone_s"] > 0.01
        assert figures["ingest_s"] > 0.5
        ratio = figures["ingest_s"] / figures["embedding_alone_s"]
        assert figures["ingest_over_embedding"] == pytest.approx(ratio, rel=0.2)  # of rounded seconds
        assert 100 < figures["writer_peak_mb"] <= figures["tree_peak_mb"] < 8000

    def test_the_texts_embedded_are_the_texts_that_are_timed_alone(self, figures: dict[str, Any]) -> None:
        assert figures["texts_embedded"] == figures["texts"]

    def test_only_what_changed_is_embedded(self, figures: dict[str, Any]) -> None:
        assert figures["unchanged_texts_embedded"] == 0
        assert figures["renamed_texts_embedded"] == 0
        assert 2 <= figures["changed_texts_embedded"] < 20
        assert figures["changed_chunks_embedded"] in (1, 2)

    def test_the_phases_are_told_on_standard_error(
        self, done: subprocess.CompletedProcess[str], figures: dict[str, Any]
    ) -> None:
        assert done.stderr.splitlines()[:7] == [
            "Generating 6 documents",
            "Warming up",
            "Warming up with one changed paragraph",
            *["Ingesting all documents", "Embedding the same texts alone"] * 2,
        ]


def test_growth_and_aims_are_printed_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    one = dict.fromkeys(CorpusFigures.model_fields, 1)
    growth = {"seconds_per_document": 0.9, "writer_peak": 1.1, "tree_peak": 1.2}
    print_bench_ingest(IngestBench.model_validate({"corpora": [one, one], "growth": growth}), as_json=False)
    said = capsys.readouterr().out
    assert said.count("aim: at most 1.25") == 2
    assert "0.90     (aim: at most 1)" in said
    assert "None" not in said


def test_help_of_both_names_what_they_do(polydesk: Command) -> None:
    assert "ingest" in polydesk("bench", "--help")[1]
    assert "--also" in polydesk("bench", "ingest", "--help")[1]


def test_the_corpus_can_be_written_by_command(polydesk: Command, tmp_path: Path) -> None:
    status, out, err = polydesk("bench", "corpus", "--documents", "9", "--to", tmp_path / "made", "--json")
    assert status == 0, err
    said = json.loads(out)
    assert sum(said["formats"].values()) == said["documents"] == 9
    assert len(list((tmp_path / "made").rglob("*.*"))) == 9
    status, _, err = polydesk("bench", "corpus", "--to", tmp_path / "made")
    assert status == 2
    assert "something in it already" in err


class TestMeasuring:
    """The memory and time of a process, measured from outside."""

    def test_a_short_peak_of_the_process_is_seen_though_no_sample_met_it(self) -> None:
        code = "import time\ndata = b'x' * 200_000_000\ndel data\ntime.sleep(0.3)"
        measured = run_measured([sys.executable, "-c", code], os.environ)
        assert 200 < measured.peak / MEGABYTE < 300
        assert 0.3 < measured.seconds < PATIENCE_S

    def test_what_this_process_takes_is_not_counted_as_the_childs(self) -> None:
        held = b"x" * 400_000_000
        measured = run_measured([sys.executable, "-c", "import time; time.sleep(0.2)"], os.environ)
        assert len(held) and measured.peak / MEGABYTE < 100

    def test_a_childs_memory_counts_in_the_tree_alone(self) -> None:
        child = "import time; data = b'x' * 150_000_000; time.sleep(0.5)"
        code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
        measured = run_measured([sys.executable, "-c", code], os.environ)
        assert measured.peak / MEGABYTE < 100
        assert measured.tree_peak / MEGABYTE > 150

    def test_output_status_and_lines_of_standard_error_are_kept(self) -> None:
        lines: list[str] = []
        code = "import sys; print('done'); sys.stderr.write('one\\ntwo\\n'); sys.exit(3)"
        measured = run_measured([sys.executable, "-c", code], os.environ, lines.append)
        assert (measured.status, measured.output, measured.errors) == (3, "done\n", "one\ntwo")
        assert lines == ["one", "two"]
