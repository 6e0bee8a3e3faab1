"""The record of one answer as HTML."""

from __future__ import annotations

from html import escape

from app.dashboard.numbers import PHASES
from app.dashboard.record import AnswerRecord
from app.ui.dashboard.lists_markup import bar_html
from app.ui.dashboard.written import NONE, money, number, seconds
from app.ui.languages import language_name
from app.ui.quality.figures import score
from app.ui.quality.runs_markup import table_html
from app.ui.source_markup import written_in
from app.ui.times import shown_at
from app.ui.wording import Words

_DIGITS = 8  # of a digest


def head_html(record: AnswerRecord, zone: str | None, words: Words) -> str:
    """What it is, when it was given, how long it took, and what it cost."""
    answer, language = record.answer, words.language
    cost = money([record.cost], language) if record.cost else ""
    facts = [
        words(f"record.action.{answer.action}"),
        shown_at(record.at, language, zone),
        language_name(answer.language, language),
        words("quality.quoting") if answer.model == "quoting" else answer.model,
        seconds(answer.timings_ms.total / 1000, language),
        cost or (words("dashboard.cost.unknown") if answer.attempts else ""),
        *(words.reason(code) for code in answer.reasons),
    ]
    if record.rating:
        why = words.entries.get(f"rating.reason.{record.rated_why}", record.rated_why or "")
        facts.append(": ".join(filter(None, (words(f"record.rated.{record.rating}"), why))))
    items = "".join(f"<li><bdi>{escape(fact)}</bdi></li>" for fact in facts if fact)
    heading = escape(words("record.heading", number=record.id))
    return f'<h1 class="pd-case-title">{heading}</h1><ul class="pd-facts">{items}</ul>'


def sentences_html(record: AnswerRecord, words: Words) -> str:
    """Each sentence with its support; numbered where its words are not for this visitor."""
    answer = record.answer
    rows = "".join(
        f"<tr{'' if each.supported else ' class=pd-changed'}><th scope=row>"
        f"{_said(each.text, answer.language) if each.text else number(place, words.language)}"
        f"{_reasons(each.reasons)}</th>"
        f'<td class="pd-n">{score(each.score, words.language)}</td>'
        f"<td>{escape(words('record.yes' if each.supported else 'record.no'))}</td>"
        f"<td>{escape(' '.join(f'[{n}]' for n in each.citations))}</td></tr>"
        for place, each in enumerate(answer.sentences, 1)
    )
    columns = [
        *(words(f"dashboard.column.{name}") for name in ("sentence", "support", "shown")),
        words("record.evidence"),
    ]
    return table_html(columns, rows, words("record.sentences"), numbers=(1,)) if rows else ""


def evidence_html(record: AnswerRecord, words: Words) -> str:
    """What is cited, word for word."""
    rows = "".join(
        f'<tr><td class="pd-n">[{each.n}]</td><th scope=row {written_in(each.language)}>{escape(each.title)}'
        f'<span class="pd-quiet">{escape(words("citation.version", version=each.version))}'
        + (f" · {escape(words('citation.page', page=each.page))}" if each.page is not None else "")
        + f"</span></th><td {written_in(each.language)}>{escape(each.quote)}</td></tr>"
        for each in record.answer.citations
    )
    columns = ["", words("dashboard.column.document"), words("record.evidence")]
    return table_html(columns, rows, words("record.evidence"), numbers=(0,)) if rows else ""


def times_html(record: AnswerRecord, words: Words) -> str:
    """Each step with its time."""
    times = {phase: float(getattr(record.times, phase)) for phase in PHASES}
    most = max(times.values()) or 1.0
    rows = "".join(
        f"<tr><th scope=row>{escape(words(f'dashboard.phase.{phase}'))}{bar_html(value / most)}</th>"
        f'<td class="pd-n">{escape(seconds(value / 1000, words.language))}</td></tr>'
        for phase, value in times.items()
    )
    total = escape(seconds(record.answer.timings_ms.total / 1000, words.language))
    rows += f'<tr class="pd-these"><th scope=row>{escape(words("record.total"))}</th><td class="pd-n">{total}</td></tr>'
    columns = [words(f"dashboard.column.{name}") for name in ("phase", "time")]
    return table_html(columns, rows, words("record.time"), numbers=(1,))


def attempts_html(record: AnswerRecord, words: Words) -> str:
    """Each model that was asked: why, what it read and wrote, how long it took, what it cost."""
    language = words.language
    rows = "".join(
        f"<tr><th scope=row><bdi>{escape(each.model)}</bdi></th>"
        f"<td>{escape(words.entries.get(f'attempt.{each.why}') or each.why.replace('-', ' '))}"
        + (f'<span class="pd-quiet">{escape(words("attempts.failed"))}</span>' if each.failed else "")
        + "</td>"
        + "".join(
            f'<td class="pd-n">{escape(value)}</td>'
            for value in (
                number(each.usage.prompt_tokens, language),
                number(each.usage.completion_tokens, language),
                seconds(each.milliseconds / 1000, language),
                money([cost], language) if cost else words("dashboard.cost.unknown"),
            )
        )
        + "</tr>"
        for each, cost in zip(record.answer.attempts, record.costs, strict=True)
    )
    names = ("model", "why", "read", "written", "time", "cost")
    columns = [words(f"dashboard.column.{name}") for name in names]
    return table_html(columns, rows, words("record.models"), numbers=(2, 3, 4, 5)) if rows else ""


def guards_html(record: AnswerRecord, words: Words) -> str:
    """How often each guard looked, and for how long."""
    rows = "".join(
        f"<tr><th scope=row><bdi>{escape(each.guard)}</bdi></th>"
        f'<td class="pd-n">{number(each.checks, words.language)}</td>'
        f'<td class="pd-n">{escape(seconds(each.milliseconds / 1000, words.language))}</td></tr>'
        for each in record.answer.guards
    )
    columns = [words(f"dashboard.column.{name}") for name in ("guard", "checks", "time")]
    return table_html(columns, rows, words("record.guards"), numbers=(1, 2)) if rows else ""


def findings_html(record: AnswerRecord, words: Words) -> str:
    """What each guard found, and in what."""
    rows = "".join(
        f"<tr><th scope=row>{escape(words.reason(each.code))}</th><td><bdi>{escape(each.guard)}</bdi></td>"
        f"<td>{escape(words(f'record.about.{each.about}'))}</td>"
        f'<td class="pd-n">{score(each.score, words.language)}</td>'
        f'<td lang="en" dir="auto">{escape(each.reason or NONE)}</td></tr>'
        for each in record.answer.findings
    )
    names = ("found", "guard", "about", "strength", "why")
    columns = [words(f"dashboard.column.{name}") for name in names]
    return table_html(columns, rows, words("record.findings"), numbers=(3,)) if rows else ""


def made_html(record: AnswerRecord, words: Words) -> str:
    """What would have to be the same for the same answer; nothing of answers from before it was noted."""
    made = record.answer.made_with
    if made is None:
        return ""
    digests = (("policy", made.policy), ("prompt", made.prompt), ("model", made.model_digest))
    facts = [words("record.made.day", day=made.day.isoformat())]
    facts += [
        words(f"record.made.{name}", digest=each.removeprefix("sha256:")[:_DIGITS]) for name, each in digests if each
    ]
    items = "".join(f"<li><bdi>{escape(fact)}</bdi></li>" for fact in facts)
    return f'<ul class="pd-facts">{items}</ul>'


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:_DIGITS]


def _said(text: str, language: str) -> str:
    return f"<span {written_in(language)}>{escape(text)}</span>"


def _reasons(reasons: tuple[str, ...]) -> str:
    return f'<span class="pd-quiet" dir="auto">{escape("; ".join(reasons))}</span>' if reasons else ""
