"""From the figures in the database to the dashboard."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.answers import Usage
from app.dashboard.money import Account, Prices
from app.dashboard.numbers import Bill, Counted, Dashboard, Day, Figures, Listed, ModelUse, Money, Phase, Seconds
from app.dashboard.periods import Period, Span
from app.dashboard.sums import Pair, Sums
from app.dashboard.tables import AnswerFiguresRow
from guardrails.sections import Section
from guardrails.yamlfile import load_yaml

Name = TypeVar("Name", bound=Hashable)
_EPOCH = date(1970, 1, 1)
_P95 = 0.95


class Limits(Section):
    """``dashboard.yaml``."""

    least: Annotated[int, Field(ge=1)]
    most_named: Annotated[int, Field(ge=1)]
    most_listed: Annotated[int, Field(ge=1)]


@cache
def load_limits() -> Limits:
    """The shipped ones."""
    return load_yaml(Path(__file__).with_name("dashboard.yaml"), Limits)


def count_dashboard(session: Session, period: Period, prices: Prices) -> Dashboard:
    """All numbers of a period beside the one before; nothing is read but figures."""
    sums, limits = Sums(session, period), load_limits()
    totals, ratings = sums.totals(), sums.ratings()
    bills, models = _bills(sums, prices)
    before, now = (
        _figures(sums, span, totals.get(is_now), _thumbs(ratings, is_now), bills[is_now])
        for is_now, span in ((False, period.before), (True, period.now))
    )
    reasons = {code: pair for (_, code), pair in sums.by_code("reason").items()}
    findings = [
        Counted(name=code, of=guard, now=pair[1], before=pair[0])
        for (guard, code), pair in _most_first(sums.by_code("finding"))
    ]
    feedback = {why: pair for (value, why), pair in ratings.items() if value == "down" and why}
    supported = (AnswerFiguresRow.action == "answer", AnswerFiguresRow.weakest.is_not(None))
    return Dashboard(
        days=period.days,
        zone=period.zone.key,
        now=now,
        before=before,
        least=limits.least,
        enough=min(now.answers, before.answers) >= limits.least,
        trend=_trend(sums, prices),
        languages=_counted(sums.by_name(AnswerFiguresRow.language.expression), limits.most_named),
        topics=_counted(sums.by_name(AnswerFiguresRow.topic.expression), limits.most_named),
        reasons=_counted(reasons, limits.most_named),
        findings=tuple(findings[: limits.most_named]),
        feedback=_counted(feedback, limits.most_named),
        models=models,
        slowest=_listed(sums.listed(AnswerFiguresRow.total_ms.desc(), limits.most_listed)),
        weakest=_listed(sums.listed(AnswerFiguresRow.weakest.asc(), limits.most_listed, *supported)),
    )


def _figures(sums: Sums, span: Span, row: Row[Any] | None, thumbs: tuple[int, int], bill: Bill) -> Figures:
    unfinished = sums.unfinished(span)
    if row is None:
        return Figures(begin=span.begin, end=span.end, unfinished=unfinished)
    return Figures(
        begin=span.begin,
        end=span.end,
        answers=row.answers,
        answered=row.answered,
        abstained=row.abstained,
        handed_over=row.handed_over,
        unfinished=unfinished,
        evidence=_rounded(row.evidence),
        support=_rounded(row.support),
        sentences=row.sentences,
        withheld=row.withheld,
        findings=row.findings,
        found_in=row.found_in,
        up=thumbs[0],
        down=thumbs[1],
        seconds=_seconds(sums, span, row),
        bill=bill,
    )


def _seconds(sums: Sums, span: Span, row: Row[Any]) -> Seconds:
    known = row.retrieval_ms + row.guards_ms + row.model_ms + row.gate_ms
    phases: dict[Phase, float] = {
        "retrieval": row.retrieval_ms,
        "guards": row.guards_ms,
        "model": row.model_ms,
        "gate": row.gate_ms,
        "other": max(row.total_ms - known, 0.0),
    }
    return Seconds(
        median=_as_seconds(sums.nth_total_ms(span, _rank(row.answers, 0.5))),
        p95=_as_seconds(sums.nth_total_ms(span, _rank(row.answers, _P95))),
        phases={name: round(value / 1000, 4) for name, value in phases.items()},
    )


def _rank(count: int, share: float) -> int:
    """The place, from 0 on, of the value that this share of all is at most (nearest rank)."""
    return max(ceil(count * share) - 1, 0)


def _bills(sums: Sums, prices: Prices) -> tuple[dict[bool, Bill], tuple[ModelUse, ...]]:
    """What each period cost, and what each model did in the one that is looked at, the dearest first."""
    accounts = {False: Account(prices), True: Account(prices)}
    of_models: dict[str, Account] = {}
    seconds: dict[str, float] = {}
    for row in sums.attempts():
        day, usage, spent = _EPOCH + timedelta(days=int(row.day)), _usage(row), row.milliseconds / 1000
        accounts[bool(row.is_now)].add(row.model, day, row.attempts, usage, spent)
        if row.is_now:
            of_models.setdefault(row.model, Account(prices)).add(row.model, day, row.attempts, usage, spent)
            seconds[row.model] = seconds.get(row.model, 0.0) + spent
    uses = [
        ModelUse(model=name, seconds=round(seconds[name], 3), bill=account.bill) for name, account in of_models.items()
    ]
    uses.sort(key=lambda each: (-sum(one.amount for one in each.bill.money), -each.seconds))
    return {is_now: account.bill for is_now, account in accounts.items()}, tuple(uses)


def _usage(row: Row[Any]) -> Usage:
    return Usage(prompt_tokens=int(row.prompt_tokens), completion_tokens=int(row.completion_tokens))


def _trend(sums: Sums, prices: Prices) -> tuple[Day, ...]:
    rows, medians, money = sums.days(), sums.median_ms_by_day(), _money_by_day(sums, prices)
    begin = sums.period.now.begin
    days: list[Day] = []
    for place, (day, span) in enumerate(sums.period.shown):
        row, is_now = rows.get(place), span.begin >= begin
        if row is None:
            days.append(Day(day=day, is_now=is_now))
            continue
        days.append(
            Day(
                day=day,
                is_now=is_now,
                answers=row.answers,
                abstained=row.abstained,
                handed_over=row.handed_over,
                median_seconds=_as_seconds(medians.get(place)),
                support=_rounded(row.support),
                money=money.get(place, ()),
            )
        )
    return tuple(days)


def _money_by_day(sums: Sums, prices: Prices) -> dict[int, tuple[Money, ...]]:
    days = [day for day, _ in sums.period.shown]
    accounts: dict[int, Account] = {}
    for row in sums.attempts_by_day():
        account = accounts.setdefault(row.place, Account(prices))
        account.add(row.model, days[row.place], row.attempts, _usage(row), row.milliseconds / 1000)
    return {place: account.money for place, account in accounts.items()}


def _counted(pairs: Mapping[str, Pair], most: int) -> tuple[Counted, ...]:
    """The most frequent by name, and the others together."""
    ordered = _most_first(pairs)
    named = [Counted(name=name, now=now, before=before) for name, (before, now) in ordered[:most]]
    others = [pair for _, pair in ordered[most:]]
    if others:
        named.append(Counted(name="", now=sum(now for _, now in others), before=sum(before for before, _ in others)))
    return tuple(named)


def _most_first(pairs: Mapping[Name, Pair]) -> list[tuple[Name, Pair]]:
    return sorted(pairs.items(), key=lambda each: (-each[1][1], -each[1][0], str(each[0])))


def _thumbs(ratings: Mapping[tuple[str, str], Pair], is_now: bool) -> tuple[int, int]:
    up, down = (
        sum(pair[is_now] for (value, _), pair in ratings.items() if value == wanted) for wanted in ("up", "down")
    )
    return up, down


def _listed(rows: Sequence[AnswerFiguresRow]) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            id=row.message_id,
            conversation_id=row.conversation_id,
            at=datetime.fromtimestamp(row.at, UTC),
            language=row.language,
            action=row.action,
            model=row.model,
            seconds=round(row.total_ms / 1000, 3),
            support=_rounded(row.weakest),
        )
        for row in rows
    )


def _as_seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds / 1000, 4)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
