"""Compare a week with the weeks before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.drift.asked import Asked
from app.drift.chance import Composition, Mean, Neighbours, Statistic, adjusted, nearest_links, p_values
from app.drift.policy import EVERYTHING, DriftPolicy, What
from app.drift.report import Change, Moved, WeekLine
from app.drift.topics import topics_moved
from app.drift.weeks import Week

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Array = NDArray[np.float64]

_MOST_MOVED = 5
_NEIGHBOURS = 5


class Compared:
    """The questions of several weeks, of which the last is compared with the others.

    :param vectors: of the questions, shape ``(questions, dimension)``.
    :param is_far: of each question whether no golden question is near it; None where there are no golden ones.
    """

    def __init__(self, questions: Sequence[Asked], vectors: Vectors, is_far: Sequence[bool] | None, week: Week) -> None:
        import numpy as np

        self.questions, self._vectors, self._is_far = questions, vectors, is_far
        self.is_now = np.array([each.week == week for each in questions], dtype=bool)
        names = {name: place for place, name in enumerate(dict.fromkeys(each.conversation for each in questions))}
        self._conversation = np.array([names[each.conversation] for each in questions], dtype=np.intp)
        self._conversations = len(names)

    def changes(self, policy: DriftPolicy) -> tuple[Change, ...]:
        """Each thing compared; without p-values and alarms where the questions are too few."""
        found = [self._change(what) for what in EVERYTHING if what != "far" or self._is_far is not None]
        if not self.is_enough(policy):
            return tuple(found)
        p = self._p_values([each.what for each in found], policy.permutations)
        return tuple(
            each.model_copy(
                update={
                    "p": round(own, 5),
                    "adjusted": round(shared, 5),
                    "alarm": shared <= policy.level and each.size >= policy.least_change[each.what],
                }
            )
            for each, own, shared in zip(found, p, adjusted(p), strict=True)
        )

    def is_enough(self, policy: DriftPolicy) -> bool:
        """Whether there are as many questions as an alarm needs."""
        now = int(self.is_now.sum())
        conversations = len({each.conversation for each, is_now in self._marked() if is_now})
        enough = now >= policy.least_questions and conversations >= policy.least_conversations
        return enough and len(self.questions) - now >= policy.least_before

    def weeks(self, weeks: Sequence[Week]) -> tuple[WeekLine, ...]:
        """Each week in figures."""
        return tuple(self._line(week) for week in weeks)

    def _marked(self) -> list[tuple[Asked, bool]]:
        return list(zip(self.questions, self.is_now.tolist(), strict=True))

    def _line(self, week: Week) -> WeekLine:
        places = [place for place, each in enumerate(self.questions) if each.week == week]
        means = {what: _mean([v for each in places if (v := self._value(what, each)) is not None]) for what in _VALUES}
        far = _mean([float(self._is_far[each]) for each in places]) if self._is_far is not None else None
        return WeekLine(
            week=str(week),
            questions=len(places),
            conversations=len({self.questions[each].conversation for each in places}),
            abstentions=means["abstentions"],
            escalations=means["escalations"],
            evidence=means["evidence"],
            support=means["support"],
            far=far,
        )

    def _change(self, what: What) -> Change:
        if what in ("languages", "topics"):
            moved = self._languages() if what == "languages" else self._topics()
            size = sum(abs(each.now - each.before) for each in moved) / 2
            return Change(what=what, size=round(size, 4), moved=tuple(moved[:_MOST_MOVED]))
        values: tuple[list[float], list[float]] = ([], [])
        for place, is_now in enumerate(self.is_now.tolist()):
            if (value := self._value(what, place)) is not None:
                values[is_now].append(value)
        before, now = map(_mean, values)
        size = abs(now - before) if before is not None and now is not None else 0.0
        return Change(what=what, before=before, now=now, size=round(size, 4))

    def _languages(self) -> list[Moved]:
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for each, is_now in self._marked():
            counts[is_now][each.language] += 1
        before, now = (max(each.total(), 1) for each in counts)
        moved = [
            Moved(name=name, before=round(counts[0][name] / before, 4), now=round(counts[1][name] / now, 4))
            for name in dict.fromkeys((*counts[0], *counts[1]))
        ]
        return sorted(moved, key=lambda each: -abs(each.now - each.before))

    def _topics(self) -> list[Moved]:
        return topics_moved(self.questions, self._vectors, self.is_now) if self.questions else []

    def _value(self, what: What, place: int) -> float | None:
        if what == "far":
            return float(self._is_far[place]) if self._is_far is not None else None
        return _VALUES[what](self.questions[place])

    def _p_values(self, whats: Sequence[What], permutations: int) -> list[float]:
        import numpy as np

        is_now = np.zeros(self._conversations, dtype=bool)
        is_now[self._conversation] = self.is_now
        # Topics are looked at in two ways, of which the surer one counts for both.
        topics = Neighbours(nearest_links(self._vectors, self._conversation, _NEIGHBOURS))
        *p, near = p_values([*(self._statistic(what) for what in whats), topics], is_now, permutations)
        if "topics" in whats:
            place = whats.index("topics")
            p[place] = min(1.0, 2 * min(p[place], near))
        return p

    def _statistic(self, what: What) -> Statistic:
        import numpy as np

        if what == "languages":
            names = {name: place for place, name in enumerate({each.language: None for each in self.questions})}
            counts = np.eye(len(names))[[names[each.language] for each in self.questions]]
            return Composition(self._summed(counts))
        if what == "topics":
            return Mean(self._summed(np.hstack([self._vectors, np.ones((len(self.questions), 1))])))
        values = [self._value(what, place) for place in range(len(self.questions))]
        known = np.array([[0.0, 0.0] if value is None else [value, 1.0] for value in values])
        return Mean(self._summed(known))

    def _summed(self, rows: Array) -> Array:
        """The rows of each conversation added up."""
        import numpy as np

        sums = np.zeros((self._conversations, rows.shape[1]))
        np.add.at(sums, self._conversation, rows)
        return sums


_VALUES: dict[What, Callable[[Asked], float | None]] = {
    "abstentions": lambda each: float(each.action == "abstain"),
    "escalations": lambda each: float(each.escalated),
    "evidence": lambda each: each.evidence,
    "support": lambda each: each.support,
}


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
