"""What the process that parsers are forked from leaves out is not missed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.documents import Content
from ingest.parsing.processes.pool import ParserPool
from tests.conftest import REPOSITORY

SAMPLE = REPOSITORY / "ingest" / "sample" / "documents"
ONE_OF_EACH = {file.suffix: file for file in sorted(SAMPLE.rglob("*")) if file.is_file()}

_PROGRAM = """
import json, sys
from ingest.parsing.processes.lean_imports import keep_lean
keep_lean()
import unstructured.partition.html
left_out = [name for name in ("spacy.language", "bs4", "requests.adapters", "iso639.language") if name in sys.modules]
import numpy, numpy.linalg, requests.adapters
from unstructured.nlp.english_words import ENGLISH_WORDS
print(json.dumps({
    "imported": left_out,
    "last": sys.maxunicode,
    "sum": float(numpy.linalg.norm(numpy.ones(4))),
    "one numpy": numpy.ones is sys.modules["numpy"].ones,
    "session": type(requests.Session()).__name__,
    "word": "return" in ENGLISH_WORDS,
}))
"""


def test_what_is_left_out_comes_when_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert json.loads(done.stdout) == {
        "imported": [],
        "last": sys.maxunicode,
        "sum": 2.0,
        "one numpy": True,
        "session": "Session",
        "word": True,
    }


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with ParserPool(1) as opened:
        yield opened


@pytest.mark.parametrize("file", ONE_OF_EACH.values(), ids=ONE_OF_EACH.keys())
def test_every_format_is_read_without_it(file: Path, pool: ParserPool) -> None:
    document = pool.parse(Content(file.name, file.read_bytes()))
    assert sum(len(section.units) for section in document.sections) > 3
    assert document.title
