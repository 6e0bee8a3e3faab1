"""Sixty documents and their updates. Every sentence names its document and the round in which it was written."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

FIRST_ROUND = 1000  # so that a round is always four digits
FUTURE = "2999-01-01"
DOCUMENTS = 60
SECTIONS = 3


@dataclass
class Corpus:
    """What the folder holds: the round of each document's text, and which have a future one waiting."""

    folder: Path
    rounds: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    current: int = FIRST_ROUND
    numbered: int = 0

    def begin(self) -> None:
        for _ in range(DOCUMENTS):
            self._add()

    def update(self, chance: random.Random) -> None:
        """A third changed; some new, some removed, some with a future text that comes or goes."""
        self.current += 1
        names = sorted(self.rounds)
        for name in chance.sample(names, 20):
            self._write(name, self.current)
        for name in chance.sample(names, 5):
            if self.waiting.pop(name, None):
                self._future(name).unlink()
            else:
                self.waiting[name] = self.current
                self._future(name).write_text(text(name, self.current), encoding="utf-8")
        for name in chance.sample(sorted(set(names) - set(self.waiting)), 4):
            del self.rounds[name]
            self._path(name).unlink()
        while len(self.rounds) < DOCUMENTS:
            self._add()

    def copy_to(self, folder: Path) -> None:
        shutil.copytree(self.folder, folder)

    def _add(self) -> None:
        self.numbered += 1
        self._write(f"doc{self.numbered:05d}", self.current)

    def _write(self, name: str, round_: int) -> None:
        self.rounds[name] = round_
        self._path(name).write_text(text(name, round_), encoding="utf-8")

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.md"

    def _future(self, name: str) -> Path:
        return self.folder / f"{name}@{FUTURE}.md"


def text(name: str, round_: int) -> str:
    """Three sections that are a chunk each."""
    sections = (
        f"## Part {part}\n\nThe rule of {name} in round {round_} has part {part}. It ends {name} {round_} there.\n"
        for part in range(SECTIONS)
    )
    return f"# Paper {name}\n\n" + "\n".join(sections)
