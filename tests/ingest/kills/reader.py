"""A reader that asks for one document after the other and holds every answer against what it may be."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.retrieval.search import PassageSearch
from ingest.knowledge import Knowledge
from ingest.ledger.reading import Scope
from tests.ingest.kills.corpus import SECTIONS

_PAUSE_S = 0.15  # of each thread between two questions: the updates want a processor as well
_ROUND = re.compile(r"\b(\d{4})\b")


@dataclass
class Allowed:
    """Rounds that a reader may see of each document at this moment: before the update, after it, or either."""

    before: Mapping[str, int]
    after: Mapping[str, int]

    def rounds(self, name: str) -> set[int | None]:
        return {self.before.get(name), self.after.get(name)}


@dataclass
class Reader:
    """Asks in threads of its own until it is stopped."""

    knowledge: Knowledge
    allowed: Allowed
    faults: list[str] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(2)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def expect(self, before: Mapping[str, int], after: Mapping[str, int]) -> None:
        """From now on either state may be seen; answers on their way may still be of the state before."""
        with self._lock:
            self.allowed = Allowed(dict(before), dict(after))

    def _ask(self, seed: int) -> None:
        chance, search = random.Random(seed), PassageSearch(self.knowledge)
        while not self._stop.wait(_PAUSE_S):
            with self._lock:
                allowed = self.allowed
            name = chance.choice(sorted(set(allowed.before) | set(allowed.after)))
            try:
                fault = self._fault(search, name, allowed)
            except Exception as error:
                fault = f"{name}: {error!r}"
            self.asked += 1
            with self._lock:
                if fault and allowed is self.allowed:  # else the corpus went on meanwhile
                    self.faults.append(fault)

    def _fault(self, search: PassageSearch, name: str, allowed: Allowed) -> str | None:
        passages = search.search(f"{name} {name} {name}", "en", Scope(date.today()), k=8)
        own = [passage.chunk for passage in passages if passage.chunk.version.document_id == f"{name}.md"]
        rounds = {int(number) for chunk in own for number in _ROUND.findall(chunk.text)}
        versions = {chunk.version.number for chunk in own}
        if not own:
            return None if None in allowed.rounds(name) else f"{name}: nothing found"
        if len(rounds) != 1 or len(versions) != 1:
            return f"{name}: rounds {rounds} in versions {versions}"
        if not rounds <= allowed.rounds(name):
            return f"{name}: round {rounds}, allowed {allowed.rounds(name)}"
        return None if len(own) == SECTIONS else f"{name}: torn, {len(own)} of {SECTIONS} chunks"
