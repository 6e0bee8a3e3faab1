"""Drift as HTML."""

from __future__ import annotations

from html import escape

from app.drift.report import Change, DriftReport, Moved, NewQuestion
from app.ui.languages import language_name
from app.ui.quality.figures import left_to_right, score, share
from app.ui.quality.runs_markup import table_html
from app.ui.source_markup import written_in
from app.ui.wording import Words

_SCORES = frozenset(("evidence", "support"))
_TOLD = 3  # languages or topics of an alarm
_LEAST_WRITTEN = 0.01  # of a probability
_LONGEST = 90  # characters of a topic's example


def written_change(change: Change, value: float | None, language: str) -> str:
    """A share in percent, a score as it is."""
    return score(value, language) if change.what in _SCORES else share(value, language)


def facts_html(report: DriftReport, words: Words) -> str:
    """Which week, and how much was compared with what."""
    facts = (
        words("quality.drift.week", week=left_to_right(report.week)),
        words.counted("quality.drift.questions", report.questions),
        words.counted("quality.drift.before", report.questions_before),
        words.counted("quality.drift.golden", report.golden),
    )
    return f'<ul class="pd-facts">{"".join(f"<li>{escape(fact)}</li>" for fact in facts)}</ul>'


def alarms_html(report: DriftReport, words: Words) -> str:
    """Each alarm in words."""
    items = "".join(f"<li>{_alarm(each, words)}</li>" for each in report.alarms)
    heading = escape(words.counted("quality.drift.alarms", len(report.alarms)))
    return (
        f'<section class="pd-callout pd-warning pd-alarms" role="note"><strong>{heading}</strong>'
        f"<ul>{items}</ul></section>"
    )


def changes_html(report: DriftReport, words: Words) -> str:
    """All that was compared."""
    rows = "".join(_row(each, report.level, words) for each in report.changes)
    columns = [words(f"quality.column.{name}") for name in ("compared", "before", "now", "chance", "verdict")]
    return table_html(columns, rows, words("quality.drift.compared"), numbers=(1, 2, 3))


def uncovered_html(report: DriftReport, words: Words) -> str:
    """Languages that no golden question is in; nothing where all are covered."""
    if not report.uncovered:
        return ""
    named = ", ".join(f"{language_name(code, words.language)} ({count})" for code, count in report.uncovered.items())
    return f'<p class="pd-case-line">{escape(words("quality.drift.uncovered", languages=named))}</p>'


def new_question_html(question: NewQuestion, words: Words) -> str:
    """A question worth adding, with placeholders, and how often it was asked."""
    names = ", ".join(language_name(code, words.language) for code in question.languages)
    facts = [words.counted("quality.new.asked", question.asked), names, *question.documents]
    items = "".join(f"<li><bdi>{escape(fact)}</bdi></li>" for fact in facts)
    asked = f'<p class="pd-case-question" {written_in(question.language)}>{escape(question.question)}</p>'
    return f'<div class="pd-new">{asked}<ul class="pd-facts">{items}</ul></div>'


def _alarm(change: Change, words: Words) -> str:
    if not change.moved:
        before, now = (written_change(change, each, words.language) for each in (change.before, change.now))
        return escape(words(f"quality.alarm.{change.what}", before=before, now=now))
    told = "".join(_moved(each, change, words) for each in change.moved[:_TOLD])
    said = words(f"quality.alarm.{change.what}", size=share(change.size, words.language))
    return f"{escape(said)}<ul>{told}</ul>"


def _moved(moved: Moved, change: Change, words: Words) -> str:
    name = language_name(moved.name, words.language) if change.what == "languages" else _topic(moved, words)
    shares = f"{share(moved.before, words.language)} → {share(moved.now, words.language)}"
    return f'<li><bdi>{escape(name)}</bdi>: <bdi dir="ltr">{escape(shares)}</bdi></li>'


def _topic(moved: Moved, words: Words) -> str:
    if moved.name:
        return moved.name
    example = moved.example if len(moved.example) <= _LONGEST else f"{moved.example[: _LONGEST - 1]}…"
    return words("quality.topic.like", question=example) if example else words("quality.topic.other")


def _row(change: Change, level: float, words: Words) -> str:
    language = words.language
    if change.moved or change.what in ("languages", "topics"):
        before, now = "", words("quality.drift.moved", size=share(change.size, language))
    else:
        before, now = (written_change(change, each, language) for each in (change.before, change.now))
    chance = score(change.adjusted, language)
    if change.adjusted is not None and change.adjusted < _LEAST_WRITTEN:
        chance = left_to_right(f"< {score(_LEAST_WRITTEN, language)}")
    verdict = "alarm" if change.alarm else "few" if change.adjusted is None else "chance"
    if verdict == "chance" and change.adjusted is not None and change.adjusted <= level:
        verdict = "small"
    numbers = "".join(f'<td class="pd-n">{escape(each)}</td>' for each in (before, now, chance))
    name, said = escape(words(f"quality.what.{change.what}")), escape(words(f"quality.verdict.{verdict}"))
    return f"<tr{' class=pd-changed' if change.alarm else ''}><th scope=row>{name}</th>{numbers}<td>{said}</td></tr>"
