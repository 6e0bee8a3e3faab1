"""Evaluation runs as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.quality.measures import suites_about
from app.quality.runs import KeptRun
from app.quality.trends import TrendPoint
from app.quality.verdict import GateFinding
from app.ui.quality.figures import about_measure, change, measure_title, suite_title, written
from app.ui.wording import Words


def run_facts_html(run: KeptRun, when: str, words: Words) -> str:
    """When it was, of which model, on how many documents."""
    head = run.head
    model = words("quality.quoting") if head.model.name == "quoting" else head.model.name
    facts = [when, model, words.counted("quality.documents", head.index.documents), head.id]
    if head.state != "finished":
        facts.insert(0, words(f"quality.state.{head.state}"))
    items = "".join(f"<li><bdi>{escape(fact)}</bdi></li>" for fact in facts)
    return f'<h2 class="pd-case-heading">{escape(words("quality.latest"))}</h2><ul class="pd-facts">{items}</ul>'


def tiles_html(run: KeptRun, baseline: KeptRun | None, words: Words) -> str:
    """The headline of every suite."""
    fell = {each.suite for each in run.verdict.with_status("fell", "missing")} if run.verdict else set()
    tiles = "".join(_tile(suite, run, baseline, suite in fell, words) for suite in run.suites)
    return f'<ul class="pd-tiles">{tiles}</ul>' if tiles else ""


def findings_html(findings: Sequence[GateFinding], words: Words) -> str:
    """What keeps a change back, or what cannot be told, as a table."""
    rows = "".join(
        f"<tr><th scope=row>{escape(_named(each, words))}</th>"
        f'<td class="pd-n">{_value(each, each.baseline, words)}</td>'
        f'<td class="pd-n">{_value(each, each.value, words)}</td>'
        f'<td lang="en" dir="ltr">{escape(each.asks)}<span class="pd-quiet">{escape(each.reason)}</span></td></tr>'
        for each in findings
    )
    columns = [words(f"quality.column.{name}") for name in ("measure", "was", "is", "asks")]
    return table_html(columns, rows, words("quality.findings"), numbers=(1, 2)) if rows else ""


def points_html(points: Sequence[TrendPoint], whens: Sequence[str], suite: str, measure: str, words: Words) -> str:
    """The same as the chart as a table, the latest first."""
    language = words.language
    rows = "".join(
        f"<tr><th scope=row><bdi>{escape(when)}</bdi></th><td><bdi>{escape(each.model)}</bdi></td>"
        f'<td class="pd-n">{escape(written(each.value, suite, measure, language))}</td>'
        f'<td class="pd-n">{_range(each.low, each.high, suite, measure, language)}</td>'
        f'<td class="pd-n">{each.items}</td><td><bdi class="pd-quiet">{escape(each.run)}</bdi></td></tr>'
        for each, when in reversed(list(zip(points, whens, strict=True)))
    )
    names = ("when", "model", "value", "interval", "items", "run")
    columns = [words(f"quality.column.{name}") for name in names]
    return table_html(columns, rows, measure_title(suite, measure, words), numbers=(2, 3, 4))


def table_html(columns: Sequence[str], rows: str, caption: str, numbers: Sequence[int] = ()) -> str:
    """A table that scrolls by itself where the page is narrow; ``rows`` are HTML."""
    head = "".join(
        f"<th scope=col{' class=pd-n' if place in numbers else ''}>{escape(column)}</th>"
        for place, column in enumerate(columns)
    )
    return (
        f'<div class="pd-scroll" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}">'
        f'<table class="pd-table"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _tile(suite: str, run: KeptRun, baseline: KeptRun | None, fell: bool, words: Words) -> str:
    title, result = escape(suite_title(suite, words)), run.suites[suite]
    known = suites_about().get(suite)
    measure = known.headline if known else next(iter(result.measures), "")
    figure = run.figure(suite, measure)
    if figure is None:
        why = escape(words("quality.failed" if result.state == "failed" else "quality.no_value"))
        name = f'<span class="pd-tile-name">{title}</span>'
        return f'<li class="pd-tile pd-bad">{name}<strong>–</strong><span>{why}</span></li>'
    language = words.language
    value = escape(written(figure.value, suite, measure, language))
    about = escape(measure_title(suite, measure, words))
    spread = _range(figure.low, figure.high, suite, measure, language)
    items = escape(words.counted("quality.items", figure.count))
    moved = _moved(suite, measure, run, baseline, words)
    return (
        f'<li class="pd-tile{" pd-bad" if fell else ""}"><span class="pd-tile-name">{title}</span>'
        f"<strong>{value}</strong>{moved}<span>{about}</span>"
        f'<span class="pd-tile-foot">{spread} · {items}</span></li>'
    )


def _moved(suite: str, measure: str, run: KeptRun, baseline: KeptRun | None, words: Words) -> str:
    """By how much it moved from the baseline, where both were measured on the same items."""
    if baseline is None or baseline.head.id == run.head.id:
        return ""
    figure, before = run.figure(suite, measure), baseline.figure(suite, measure)
    if figure is None or before is None or run.measured_on(suite) != baseline.measured_on(suite):
        return ""
    now, was = figure.value or 0.0, before.value or 0.0
    about = about_measure(suite, measure)
    tone = "" if now == was or about is None else " pd-better" if about.sign * (now - was) > 0 else " pd-worse"
    said = change(now, was, suite, measure, words.language)
    label = escape(words("quality.moved", change=said), quote=True)
    return (
        f'<span class="pd-moved{tone}" title="{label}" aria-label="{label}"><bdi dir="ltr">{escape(said)}</bdi></span>'
    )


def _range(low: float | None, high: float | None, suite: str, measure: str, language: str) -> str:
    ends = (written(each, suite, measure, language) for each in (low, high))
    return f'<bdi dir="ltr">{escape(" – ".join(ends))}</bdi>'


def _named(finding: GateFinding, words: Words) -> str:
    suite = suite_title(finding.suite, words)
    return f"{suite}: {measure_title(finding.suite, finding.measure, words)}"


def _value(finding: GateFinding, value: float | None, words: Words) -> str:
    return escape(written(value, finding.suite, finding.measure, words.language))
