"""Sums over the figures of two periods and of days; the database adds them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.conversations.tables import ConversationRow, MessageRow, RatingRow
from app.dashboard.periods import Period, Span
from app.dashboard.tables import AnswerAttemptRow, AnswerCodeRow, AnswerFiguresRow

_F = AnswerFiguresRow
_UNFINISHED = ("failed", "stopped", "interrupted")
_SECONDS_A_DAY = 86_400

Pair = tuple[int, int]  # before and now
Name = TypeVar("Name")


@dataclass(frozen=True)
class Sums:
    """What the database says of the figures of a period and the one before it."""

    session: Session
    period: Period

    def totals(self) -> dict[bool, Row[Any]]:
        """One row of sums for each period that has answers, by whether it is the one that is looked at."""
        count = func.count()
        query = select(
            self._is_now.label("is_now"),
            count.label("answers"),
            count.filter(_F.action == "answer").label("answered"),
            count.filter(_F.action == "abstain").label("abstained"),
            func.sum(_F.handed_over).label("handed_over"),
            func.avg(_F.confidence).label("evidence"),
            func.avg(_F.support).label("support"),
            func.sum(_F.shown + _F.withheld).label("sentences"),
            func.sum(_F.withheld).label("withheld"),
            func.sum(_F.findings).label("findings"),
            count.filter(_F.findings > 0).label("found_in"),
            *(func.avg(each).label(each.key) for each in _TIMES),
        )
        rows = self.session.execute(query.where(self._in_both).group_by(self._is_now))
        return {bool(row.is_now): row for row in rows}

    def nth_total_ms(self, span: Span, place: int) -> float | None:
        """The time that so many answers of a span were quicker than."""
        query = select(_F.total_ms).where(_within(span)).order_by(_F.total_ms).offset(place).limit(1)
        return self.session.scalar(query)

    def by_name(self, column: ColumnElement[Any]) -> dict[str, Pair]:
        """How many answers have which value."""
        query = select(column, self._is_now, func.count()).where(self._in_both).group_by(column, self._is_now)
        return _paired((value, is_now, count) for value, is_now, count in self.session.execute(query) if value)

    def by_code(self, kind: str) -> dict[tuple[str, str], Pair]:
        """How often there were which codes, by guard and code."""
        code = AnswerCodeRow
        query = (
            select(code.name, code.code, self._is_now, func.sum(code.count))
            .join(_F, _F.message_id == code.message_id)
            .where(self._in_both, code.kind == kind)
            .group_by(code.name, code.code, self._is_now)
        )
        return _paired(((name, what), is_now, count) for name, what, is_now, count in self.session.execute(query))

    def ratings(self) -> dict[tuple[str, str], Pair]:
        """How many answers were rated how, and why."""
        query = (
            select(RatingRow.value, RatingRow.reason, self._is_now, func.count())
            .join(_F, _F.message_id == RatingRow.message_id)
            .where(self._in_both)
            .group_by(RatingRow.value, RatingRow.reason, self._is_now)
        )
        return _paired(((value, why or ""), is_now, count) for value, why, is_now, count in self.session.execute(query))

    def unfinished(self, span: Span) -> int:
        """How many answers broke off, failed or were stopped."""
        query = (
            select(func.count())
            .select_from(MessageRow)
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .where(
                MessageRow.role == "assistant",
                MessageRow.status.in_(_UNFINISHED),
                MessageRow.created_at >= span.begin,
                MessageRow.created_at < span.end,
                ConversationRow.kind == "chat",
            )
        )
        return self.session.scalars(query).one()

    def attempts(self) -> Sequence[Row[Any]]:
        """By ``is_now``, ``day`` (since 1970) and ``model``: how many ``attempts``, tokens and milliseconds."""
        day = (_F.at // _constant(_SECONDS_A_DAY)).label("day")
        return self._attempts(self._in_both, self._is_now.label("is_now"), day)

    def attempts_by_day(self) -> Sequence[Row[Any]]:
        """The same for the days of the charts; ``place`` is that of the day among them."""
        return self._attempts(self._shown, self._place.label("place"))

    def days(self) -> dict[int, Row[Any]]:
        """Sums of the days of the charts, by their place among them; days without an answer have none."""
        place = self._place.label("place")
        count = func.count()
        query = select(
            place,
            count.label("answers"),
            count.filter(_F.action == "abstain").label("abstained"),
            func.sum(_F.handed_over).label("handed_over"),
            func.avg(_F.support).label("support"),
        )
        return {row.place: row for row in self.session.execute(query.where(self._shown).group_by(place))}

    def median_ms_by_day(self) -> dict[int, float]:
        """The time that half of the answers of a day took at most."""
        ranked: Subquery = (
            select(
                self._place.label("place"),
                _F.total_ms.label("total_ms"),
                func.row_number().over(partition_by=self._place, order_by=_F.total_ms).label("rank"),
                func.count().over(partition_by=self._place).label("of"),
            )
            .where(self._shown)
            .subquery()
        )
        middle = select(ranked.c.place, ranked.c.total_ms).where(ranked.c.rank == (ranked.c.of + 1) // 2)
        return dict(self.session.execute(middle).tuples().all())

    def listed(self, order: ColumnElement[Any], most: int, *also: ColumnElement[bool]) -> Sequence[AnswerFiguresRow]:
        """Answers of the period that is looked at, in this order, the newest of equals first."""
        query = select(_F).where(_within(self.period.now), *also)
        return self.session.scalars(query.order_by(order, _F.message_id.desc()).limit(most)).all()

    def _attempts(self, where: ColumnElement[bool], *keys: ColumnElement[Any]) -> Sequence[Row[Any]]:
        attempt = AnswerAttemptRow
        query: Select[Any] = (
            select(
                *keys,
                attempt.model,
                func.count().label("attempts"),
                func.sum(attempt.prompt_tokens).label("prompt_tokens"),
                func.sum(attempt.completion_tokens).label("completion_tokens"),
                func.sum(attempt.milliseconds).label("milliseconds"),
            )
            .join(_F, _F.message_id == attempt.message_id)
            .where(where)
            .group_by(*keys, attempt.model)
        )
        return self.session.execute(query).all()

    @property
    def _is_now(self) -> ColumnElement[int]:
        return case((_F.at >= _constant(self.period.now.seconds[0]), _constant(1)), else_=_constant(0))

    @property
    def _in_both(self) -> ColumnElement[bool]:
        return or_(_within(self.period.before), _within(self.period.now))

    @property
    def _shown(self) -> ColumnElement[bool]:
        days = self.period.shown
        return and_(_F.at >= days[0][1].seconds[0], _F.at < self.period.now.seconds[1])

    @property
    def _place(self) -> ColumnElement[int]:
        """Of the day in the charts; days are as long as clocks make them."""
        ends = [span.seconds[1] for _, span in self.period.shown]
        whens = [
            (_F.at < literal(end, literal_execute=True), literal(n, literal_execute=True)) for n, end in enumerate(ends)
        ]
        return case(*whens, else_=len(ends) - 1)


_TIMES = (_F.total_ms, _F.retrieval_ms, _F.guards_ms, _F.model_ms, _F.gate_ms)


def _constant(value: int) -> ColumnElement[int]:
    """Written into the statement: to PostgreSQL, what is grouped by two parameters is grouped by two things."""
    return literal(value, literal_execute=True)


def _within(span: Span) -> ColumnElement[bool]:
    begin, end = span.seconds
    return and_(_F.at >= begin, _F.at < end)


def _paired(rows: Iterable[tuple[Name, int, int]]) -> dict[Name, Pair]:
    found: dict[Name, Pair] = {}
    for name, is_now, count in rows:
        before, now = found.get(name, (0, 0))
        found[name] = (before, now + int(count)) if is_now else (before + int(count), now)
    return found
