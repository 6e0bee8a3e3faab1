"""Languages, topics, codes and models, counted, as tables with a bar in each row."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.dashboard.numbers import PHASES, Counted, Dashboard, Listed, ModelUse
from app.ui.dashboard.charts import COLOURS
from app.ui.dashboard.written import money, name_of, number, seconds
from app.ui.languages import language_name
from app.ui.quality.figures import left_to_right, score, share
from app.ui.quality.runs_markup import table_html
from app.ui.times import shown_at
from app.ui.wording import Words


def counted_html(kind: str, items: Sequence[Counted], now: int, before: int, words: Words) -> str:
    """How often there was what, with its share of all answers of its period.

    :param kind: ``languages``, ``topics``, ``reasons``, ``findings`` or ``feedback``.
    :param now: answers to have a share of.
    """
    most = max((each.now for each in items), default=0) or 1
    rows = "".join(_row(kind, each, most, now, before, words) for each in items)
    if not rows:
        return f'<p class="pd-quiet">{escape(words("dashboard.nothing"))}</p>'
    columns = [words(f"dashboard.column.{name}") for name in ("name", "now", "share", "before")]
    return table_html(columns, rows, words(f"dashboard.{kind}"), numbers=(1, 2, 3))


def models_html(uses: Sequence[ModelUse], words: Words) -> str:
    """What each model did and was paid."""
    language = words.language
    rows = "".join(
        f"<tr><th scope=row><bdi>{escape(each.model)}</bdi></th>"
        + "".join(
            f'<td class="pd-n">{escape(value)}</td>'
            for value in (
                number(each.bill.attempts, language),
                number(each.bill.prompt_tokens, language),
                number(each.bill.completion_tokens, language),
                seconds(each.seconds, language),
                money(each.bill.money, language) if each.bill.money else words("dashboard.cost.unknown"),
            )
        )
        + "</tr>"
        for each in uses
    )
    names = ("model", "requests", "read", "written", "time", "cost")
    columns = [words(f"dashboard.column.{name}") for name in names]
    return table_html(columns, rows, words("dashboard.money"), numbers=range(1, len(columns)))


def phases_html(found: Dashboard, words: Words) -> str:
    """The same as the chart of phases as a table."""
    rows = "".join(
        f"<tr><th scope=row>{escape(words(f'dashboard.phase.{phase}'))}</th>"
        + "".join(
            f'<td class="pd-n">{escape(seconds(figures.seconds.phases.get(phase), words.language))}</td>'
            for figures in (found.now, found.before)
        )
        + "</tr>"
        for phase in PHASES
    )
    columns = [words(f"dashboard.column.{name}") for name in ("phase", "now", "before")]
    return table_html(columns, rows, words("dashboard.phases"), numbers=(1, 2))


def legend_html(words: Words) -> str:
    """Which colour of the chart is which phase, in lines that break where the page is narrow."""
    items = "".join(
        f'<li><span style="background:{colour}"></span>{escape(words(f"dashboard.phase.{phase}"))}</li>'
        for phase, colour in zip(PHASES, COLOURS, strict=True)
    )
    return f'<ul class="pd-legend" aria-hidden="true">{items}</ul>'


def days_html(rows: Sequence[tuple[str, str, bool]], measure: str, words: Words) -> str:
    """The same as the chart of days as a table, the latest first."""
    told = "".join(
        f"<tr{' class=pd-these' if is_now else ''}><th scope=row>{escape(day)}</th>"
        f'<td class="pd-n">{escape(value)}</td></tr>'
        for day, value, is_now in reversed(rows)
    )
    return table_html([words("dashboard.column.day"), measure], told, measure, numbers=(1,))


def listed_html(each: Listed, what: str, title: str, zone: str | None, words: Words) -> str:
    """One answer: how slow or how weak it was, and when, in which language, by which model.

    :param title: of its conversation; empty for a visitor who may not read that.
    """
    language = words.language
    value = seconds(each.seconds, language) if what == "slowest" else score(each.support, language)
    model = words("quality.quoting") if each.model == "quoting" else each.model
    facts = (shown_at(each.at, language, zone), language_name(each.language, language), model)
    items = "".join(f"<li><bdi>{escape(fact)}</bdi></li>" for fact in facts)
    name = title or words("dashboard.wordless", number=left_to_right(str(each.id)))
    return (
        f'<div class="pd-listed"><strong class="pd-value">{escape(value)}</strong>'
        f'<div><span class="pd-listed-name" dir="auto">{escape(name)}</span>'
        f'<ul class="pd-facts">{items}</ul></div></div>'
    )


def bar_html(share_of_most: float) -> str:
    """A bar beside its number, which says the same."""
    return f'<span class="pd-rowbar" aria-hidden="true"><span style="width:{share_of_most:.1%}"></span></span>'


def _row(kind: str, each: Counted, most: int, now: int, before: int, words: Words) -> str:
    of = f'<span class="pd-quiet"><bdi>{escape(each.of)}</bdi></span>' if each.of else ""
    language = words.language
    name = f"<bdi>{escape(name_of(each, kind, words))}</bdi>{of}"
    return (
        f"<tr><th scope=row>{name}{bar_html(each.now / most)}</th>"
        f'<td class="pd-n">{number(each.now, language)}</td>'
        f'<td class="pd-n">{share(each.now / now if now else None, language)}</td>'
        f'<td class="pd-n">{share(each.before / before if before else None, language)}</td></tr>'
    )
