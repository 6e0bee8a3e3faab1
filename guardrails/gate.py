"""The gate: all guards of one kind in their order, and what they found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from guardrails.guards import AskedText, DraftSentence, PassageGuard, QuestionGuard, SentenceGuard
from guardrails.running import FAILED, Outcome, run_guard
from guardrails.support import PassageLike
from guardrails.verdicts import Verdict

Quarantined = Mapping[int, Collection[int]]  # units by their passage's number


@dataclass(frozen=True, slots=True)
class Ran:
    """What one guard found, and what it cost."""

    guard: str
    verdicts: tuple[Verdict, ...]
    milliseconds: float

    @property
    def objections(self) -> tuple[Verdict, ...]:
        """What stands against the text."""
        return tuple(verdict for verdict in self.verdicts if not verdict.passed)

    @property
    def failed(self) -> bool:
        """Whether the guard itself failed."""
        return any(verdict.code == FAILED for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Gate:
    """The guards that are on.

    :param seconds: that each of them may take.
    """

    questions: Sequence[QuestionGuard] = ()
    passages: Sequence[PassageGuard] = ()
    sentences: Sequence[SentenceGuard] = ()
    seconds: float = 5.0

    def check_question(self, asked: AskedText) -> list[Ran]:
        """What every guard says of a question; all of them are heard."""
        return [
            _ran(guard.name, run_guard(guard.name, partial(guard.check, asked), self.seconds))
            for guard in self.questions
        ]

    def check_passages(self, passages: Sequence[PassageLike]) -> tuple[dict[int, frozenset[int]], list[Ran]]:
        """The units that must not be used, by their passage's number; where a guard fails, all of them."""
        quarantined: dict[int, frozenset[int]] = {}
        ran = []
        for guard in self.passages:
            outcome = run_guard(guard.name, partial(guard.quarantined, passages), self.seconds)
            held = {passage.number: _held(outcome, passage) for passage in passages}
            quarantined = {number: quarantined.get(number, frozenset()) | held[number] for number in held}
            said = [_says(guard.name, passage, unit) for passage in passages for unit in sorted(held[passage.number])]
            verdicts = (outcome.failure,) if outcome.failure else tuple(said)
            ran.append(Ran(guard.name, verdicts, outcome.milliseconds))
        return {number: units for number, units in quarantined.items() if units}, ran

    def check_sentence(self, sentence: DraftSentence) -> list[Ran]:
        """What the guards say of a sentence, up to the first one that withholds it."""
        ran: list[Ran] = []
        for guard in self.sentences:
            ran.append(_ran(guard.name, run_guard(guard.name, partial(guard.check, sentence), self.seconds)))
            if ran[-1].objections:
                break
        return ran


class MissingGuard:
    """Stands where a guard that should be on cannot be had: nothing passes it.

    :param why: it cannot be had, on one line.
    """

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def check(self, text: AskedText | DraftSentence) -> NoReturn:
        """Never passes.

        :raises LookupError: always.
        """
        raise LookupError(f"it could not be loaded: {self._why}")

    def quarantined(self, passages: Sequence[PassageLike]) -> NoReturn:
        """Never passes.

        :raises LookupError: always.
        """
        raise LookupError(f"it could not be loaded: {self._why}")


def _ran(name: str, outcome: Outcome[Sequence[Verdict]]) -> Ran:
    verdicts = (outcome.failure,) if outcome.failure else tuple(outcome.result or ())
    return Ran(name, verdicts, outcome.milliseconds)


def _held(outcome: Outcome[Quarantined], passage: PassageLike) -> frozenset[int]:
    if outcome.result is None:
        return frozenset(range(len(passage.units)))
    return frozenset(unit for unit in outcome.result.get(passage.number, ()) if 0 <= unit < len(passage.units))


def _says(guard: str, passage: PassageLike, unit: int) -> Verdict:
    reason = f"a sentence of passage [{passage.number}] is held back: “{passage.units[unit]}”"
    return Verdict(guard, "quarantined", False, 1.0, reason)
