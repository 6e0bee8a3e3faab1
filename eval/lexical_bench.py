"""Time the lexical index, and kill its writer: ``python -m eval.lexical_bench [--entries 50000] [--languages 12]``.

The texts are made of the frequent words of each language, drawn by how frequent they are.
"""

from __future__ import annotations

import argparse
import math
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

from eval.errors import EvalError
from eval.lexical_engines import ENGINES, Engine, is_installed
from eval.word_frequencies import frequencies
from ingest.lexical import Entry

_LANGUAGES = ("de", "en", "fr", "es", "pt", "it", "pl", "nl", "ar", "hi", "ja", "zh")
_UNSPACED = ("ja", "zh")
_WORDS = 90  # of an entry
_BATCH = 100
_QUESTIONS = 200
_KILLS = 5


class Texts:
    """Made texts, the same for the same seed."""

    def __init__(self, languages: int, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311  # no secret
        known = {language: frequencies(language) for language in _LANGUAGES[:languages]}
        self._words = {
            language: (list(words), list(accumulate(map(math.exp, words.values()))))
            for language, words in known.items()
        }

    def entry(self, number: int, edition: int = 0) -> Entry:
        language = list(self._words)[number % len(self._words)]
        code = f"A-{number:05d}" if number % 5 == 0 else ""
        return Entry(f"d{number}:{number % 7}", language, f"{self._text(language, _WORDS)} {code} {edition}")

    def question(self) -> tuple[str, str]:
        language = self._random.choice(list(self._words))
        return self._text(language, 10), language

    def _text(self, language: str, words: int) -> str:
        known, cumulated = self._words[language]
        return ("" if language in _UNSPACED else " ").join(self._random.choices(known, cum_weights=cumulated, k=words))


def bench(name: str, entries: int, languages: int) -> list[str]:
    """One row of the table."""
    engine_class, texts = ENGINES[name], Texts(languages)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        engine: Engine = engine_class(folder)
        batches = [range(start, min(start + 1_000, entries)) for start in range(0, entries, 1_000)]
        filling = sum(_write(engine, [texts.entry(at) for at in batch]) for batch in batches)
        writing = statistics.median(_write_100(engine, texts, entries, edition) for edition in range(1, 6))
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        engine.close()
        opening = statistics.median(_open(name, folder) for _ in range(5))
        engine = engine_class(folder)
        times = sorted(_search(engine, *texts.question()) for _ in range(_QUESTIONS))
        engine.close()
    return [
        name,
        f"{filling:.0f} s",
        f"{opening * 1e3:.1f} ms",
        f"{writing * 1e3:.0f} ms",
        f"{times[len(times) // 2] * 1e3:.1f} ms",
        f"{times[len(times) * 95 // 100] * 1e3:.1f} ms",
        f"{size / 1e6:.0f} MB",
        kill_writers(name),
    ]


def _write_100(engine: Engine, texts: Texts, entries: int, edition: int) -> float:
    return _write(engine, [texts.entry(random.randrange(entries), edition) for _ in range(_BATCH)])  # noqa: S311


def _write(engine: Engine, entries: list[Entry]) -> float:
    started = time.perf_counter()
    engine.write(entries)
    return time.perf_counter() - started


def _search(engine: Engine, question: str, language: str) -> float:
    started = time.perf_counter()
    engine.search(question, language, 50)
    return time.perf_counter() - started


def _open(name: str, folder: Path) -> float:
    started = time.perf_counter()
    engine: Engine = ENGINES[name](folder)
    seconds = time.perf_counter() - started
    engine.close()
    return seconds


def kill_writers(name: str) -> str:
    """Kill writers in mid-write while a reader that stays open asks; says what the reader saw."""
    with tempfile.TemporaryDirectory() as place:
        reader: Engine = ENGINES[name](Path(place))
        seen = 0
        for kill in range(_KILLS):
            with subprocess.Popen([sys.executable, "-m", "eval.lexical_bench", "--write", name, place]) as writer:
                before = reader.count()
                while reader.count() == before:  # until a batch of this writer is there
                    if writer.poll() is not None:
                        raise EvalError(f"the writer of {name} ended by itself")
                end = time.monotonic() + 0.2 * random.random()  # noqa: S311  # no secret
                while time.monotonic() < end:
                    reader.search("A-00005 water", "en", 5)
                writer.send_signal(signal.SIGKILL)
            seen = reader.count()
            if seen % _BATCH:
                return f"torn: {seen} entries after kill {kill + 1}"
        reader.close()
    return f"whole batches after {_KILLS} kills ({seen // _BATCH})"


def write_forever(name: str, folder: Path) -> None:
    """Add batches until killed."""
    engine: Engine = ENGINES[name](folder)
    texts, at = Texts(4), engine.count()
    while True:
        engine.write([texts.entry(number) for number in range(at, at + _BATCH)])
        at += _BATCH


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--languages", type=int, default=len(_LANGUAGES), help="how many the entries are in")
    parser.add_argument("--engine", choices=list(ENGINES), action="append")
    parser.add_argument("--write", nargs=2, metavar=("ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write_forever(options.write[0], Path(options.write[1]))
    columns = ("engine", "fill", "open", "write 100", "search p50", "search p95", "size", "SIGKILL")
    sys.stdout.write(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n")
    for name in options.engine or [name for name in ENGINES if is_installed(name)]:
        sys.stdout.write(f"| {' | '.join(bench(name, options.entries, options.languages))} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
