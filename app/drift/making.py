"""From stored conversations and golden questions to a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.conversations.sessions import Sessions
from app.drift.asked import Asked, questions_between
from app.drift.comparing import Compared
from app.drift.gaps import nearest_golden, new_questions
from app.drift.policy import DriftPolicy, load_drift_policy
from app.drift.report import DriftReport
from app.drift.vectors import Progress, QuestionVectors
from app.drift.weeks import Week
from app.golden import GoldenQuestion
from guardrails.folding import primary_language
from ingest.embedding.centring import CentredEmbedder
from ingest.languages.identify import identify_question

WEEKS = 8  # before the one that is looked at
_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class DriftMaker:
    """Makes reports; safe to share between threads.

    :param folder: where vectors are kept.
    """

    sessions: Sessions
    folder: Path
    policy: DriftPolicy

    def make(
        self,
        embedder: CentredEmbedder,
        golden: Sequence[GoldenQuestion],
        now: datetime,
        week: Week | None = None,
        weeks: int = WEEKS,
        progress: Progress | None = None,
    ) -> DriftReport:
        """The report on a week beside at most so many weeks before it.

        :param week: the last one with enough questions for an alarm when None, else that of ``now``.
        """
        last = week or Week.of(now)
        most = self.policy.most_conversations
        # Where the week has only begun there is one more to look at.
        read = questions_between(self.sessions, last.before(weeks + 1).begin, last.end, most)
        if week is None and not self._is_enough(read, last) and self._is_enough(read, last.before(1)):
            last = last.before(1)
        span = [last.before(each) for each in range(weeks, -1, -1)]
        questions = [each for each in read if each.week in span]
        return self._report(questions, span, embedder, golden, now, progress)

    def _is_enough(self, questions: Sequence[Asked], week: Week) -> bool:
        of_week = [each.conversation for each in questions if each.week == week]
        enough = len(set(of_week)) >= self.policy.least_conversations
        return enough and len(of_week) >= self.policy.least_questions

    def _report(
        self,
        questions: Sequence[Asked],
        span: Sequence[Week],
        embedder: CentredEmbedder,
        golden: Sequence[GoldenQuestion],
        now: datetime,
        progress: Progress | None,
    ) -> DriftReport:
        policy, last = self.policy, span[-1]
        spoken = [each.language or identify_question(each.question, _FALLBACK_LANGUAGE).language for each in golden]
        texts = [*(each.text for each in questions), *(each.question for each in golden)]
        languages = [*(each.language for each in questions), *spoken]
        every = QuestionVectors(self.folder, embedder).of(texts, languages, progress)
        vectors = every[: len(questions)]
        likeness = nearest_golden(vectors, every[len(questions) :])
        is_far = [float(each) < policy.near for each in likeness] if golden else None
        compared = Compared(questions, vectors, is_far, last)
        of_week = [each for each in questions if each.week == last]
        covered = set(map(primary_language, spoken))
        asked_in = Counter(each.language for each in of_week if primary_language(each.language) not in covered)
        return DriftReport(
            week=str(last),
            made_at=now,
            questions=len(of_week),
            conversations=len({each.conversation for each in of_week}),
            weeks_before=len({each.week for each in questions} - {last}),
            questions_before=len(questions) - len(of_week),
            golden=len(golden),
            enough=compared.is_enough(policy),
            level=policy.level,
            changes=compared.changes(policy),
            weeks=compared.weeks(span),
            uncovered=dict(asked_in.most_common()) if golden else {},
            new_questions=new_questions(of_week, vectors[compared.is_now], likeness[compared.is_now], policy),
        )


def drift_maker(sessions: Sessions, home: Path) -> DriftMaker:
    """With the policy that comes with the package."""
    return DriftMaker(sessions, home / "drift", load_drift_policy())
