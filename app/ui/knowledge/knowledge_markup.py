"""Documents, versions, runs and reports as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from app.desk.knowledge.reports import PassageReport
from app.escalations.records import Candidate
from app.ui.languages import language_name
from app.ui.source_markup import written_in
from app.ui.wording import Words
from ingest.comparison import Difference
from ingest.ledger.history import VersionLine
from ingest.ledger.run_history import RunLine


def shown_day(day: date, language: str) -> str:
    """A day as people of that language write it."""
    from babel.dates import format_date

    return str(format_date(day, "medium", locale=language))


def hint_html(text: str) -> str:
    """A line in the place of an empty list."""
    return f'<p class="pd-lead" role="status">{escape(text)}</p>'


def facts_html(line: VersionLine, words: Words) -> str:
    """State, kind, language, readers and period of a version."""
    facts = [
        words("knowledge.version", number=line.number),
        words(f"knowledge.kind.{line.kind}"),
        language_name(line.language, words.language),
        words("knowledge.audience", audience=audience_name(line.audience, words)),
    ]
    if line.starts_on:
        key = "knowledge.from" if line.status == "waiting" else "knowledge.since"
        facts.append(words(key, day=shown_day(line.starts_on, words.language)))
    if line.ends_on:
        facts.append(words("knowledge.until", day=shown_day(line.ends_on, words.language)))
    state = f'<li class="pd-state pd-{escape(line.status)}">{escape(words(f"knowledge.state.{line.status}"))}</li>'
    return f'<ul class="pd-facts">{state}{"".join(f"<li>{escape(fact)}</li>" for fact in facts)}</ul>'


def audience_name(audience: str, words: Words) -> str:
    """The readers in words; an audience of the company's own is called as the company calls it."""
    return words.entries.get(f"knowledge.audience.{audience}", audience)


def head_html(line: VersionLine, words: Words) -> str:
    """The title of a document, and what holds of the version that is shown."""
    said = [words("knowledge.file", uri=line.document_id)]
    if line.author:
        said.append(words("knowledge.author", author=line.author))
    if line.published_at:
        at = shown_day(line.published_at.date(), words.language)
        said.append(words("knowledge.published", at=at, by=line.operator or "–"))
    return (
        f'<h1 class="pd-case-title" {written_in(line.language)}>{escape(line.title)}</h1>{facts_html(line, words)}'
        f'<p class="pd-uri">{" · ".join(f"<bdi>{escape(each)}</bdi>" for each in said)}</p>'
    )


def text_html(text: str, language: str) -> str:
    """The parsed text of a version."""
    return f'<div class="pd-passage pd-document" tabindex="0" {written_in(language)}>{escape(text)}</div>'


def differences_html(old: VersionLine, new: VersionLine, found: Sequence[Difference], words: Words) -> str:
    """What differs between two versions, side by side; what is the same is left out."""
    rows = "".join(
        f'<div class="pd-sides">{_side(each.old, old.language, "del")}{_side(each.new, new.language, "ins")}</div>'
        for each in found
        if each.kind != "same"
    )
    if not rows:
        return hint_html(words("knowledge.same"))
    heads = (words("knowledge.old", number=old.number), words("knowledge.new", number=new.number))
    head = "".join(f"<strong>{escape(each)}</strong>" for each in heads)
    return f'<section class="pd-differences"><div class="pd-sides pd-sides-head">{head}</div>{rows}</section>'


def _side(units: Sequence[str], language: str, tag: str) -> str:
    said = "<br>".join(f"<{tag}>{escape(unit)}</{tag}>" for unit in units)
    return f'<div class="pd-quoted" {written_in(language)}>{said}</div>'


def run_html(run: RunLine, words: Words) -> str:
    """One ingest run: when, of what, by whom, what it did, and what it found."""
    counts = [
        words(f"run.count.{name}", count=count)
        for name, count in run.counts.items()
        if count and f"run.count.{name}" in words.entries
    ]
    if run.finished_at is None:
        counts = [words("run.running")]
    facts = "".join(f"<li>{escape(each)}</li>" for each in counts)
    items = "".join(
        f"<li><strong>{escape(each.code)}</strong> <bdi>{escape(each.message)}</bdi></li>" for each in run.findings
    )
    summary = escape(words.counted("run.findings", len(run.findings)))
    findings = f'<details class="pd-withheld"><summary>{summary}</summary><ul>{items}</ul></details>' if items else ""
    by = words("report.by", name=run.operator or "–", at=_moment(run.started_at, words.language))
    return (
        f'<article class="pd-hit"><strong dir="auto">{escape(run.source)}</strong>'
        f'<p class="pd-quiet">{escape(by)}</p><ul class="pd-facts">{facts}</ul>{findings}</article>'
    )


def report_html(report: PassageReport, words: Words) -> str:
    """What is said to be wrong, of which words, by whom."""
    by = words("report.by", name=report.reported_by, at=_moment(report.reported_at, words.language))
    quote = escape(report.quote) if report.quote else f"<em>{escape(words('report.whole'))}</em>"
    return (
        f'<p class="pd-case-line" dir="auto">{escape(report.remark)}</p>'
        f'<blockquote class="pd-quoted"><span {written_in(report.language)}>{quote}</span>'
        f"<cite {written_in(report.language)}>{escape(report.title)}</cite></blockquote>"
        f'<p class="pd-quiet">{escape(by)}</p>'
    )


def candidate_html(candidate: Candidate, words: Words) -> str:
    """What was asked and what a colleague answered."""
    by = words("candidate.team", name=candidate.answered_by, team=candidate.team)
    shown_in = written_in(candidate.language)
    return (
        f'<p class="pd-case-asked" {shown_in}>{escape(candidate.question)}</p>'
        f'<p class="pd-case-summary" {shown_in}>{escape(candidate.answer)}</p><p class="pd-quiet">{escape(by)}</p>'
    )


def _moment(at: datetime, language: str) -> str:
    from babel.dates import format_datetime

    return str(format_datetime(at, "medium", locale=language))
