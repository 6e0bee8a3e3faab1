"""Models side by side as HTML; advice and flaws are in the words of the comparison, which are English."""

from __future__ import annotations

from html import escape

from app.quality.comparisons import Comparison
from app.ui.quality.figures import measure_title, suite_title, written
from app.ui.quality.runs_markup import table_html
from app.ui.wording import Words


def advice_html(comparison: Comparison, words: Words) -> str:
    """Which model for what."""
    items = "".join(
        f"<li><span>{escape(each.use)}</span><strong><bdi>{escape(each.model)}</bdi></strong>"
        f'<span class="pd-quiet">{escape(each.because)}</span></li>'
        for each in comparison.advice
    )
    heading = f'<h2 class="pd-case-heading">{escape(words("quality.models.advice"))}</h2>'
    return f'{heading}<ul class="pd-advice" lang="en" dir="ltr">{items}</ul>' if items else ""


def compared_html(comparison: Comparison, words: Words) -> str:
    """The figures of each model."""
    models = comparison.models
    rows = []
    for suite in dict.fromkeys(suite for model in models for suite in model.suites):
        measured = [model.suites[suite].intervals if suite in model.suites else {} for model in models]
        for measure in dict.fromkeys(name for each in measured for name in each):
            values = [each[measure].value if measure in each else None for each in measured]
            told = [escape(written(each, suite, measure, words.language)) for each in values]
            cells = "".join(f'<td class="pd-n">{each}</td>' for each in told)
            title = f"{suite_title(suite, words)}: {measure_title(suite, measure, words)}"
            rows.append(f"<tr><th scope=row>{escape(title)}</th>{cells}</tr>")
    columns = [words("quality.column.measure"), *(model.model for model in models)]
    caption = words("quality.models.figures")
    return table_html(columns, "".join(rows), caption, numbers=range(1, len(columns))) if rows else ""


def flaws_html(comparison: Comparison, words: Words) -> str:
    """What is wrong with each model."""
    parts = "".join(
        f"<dt><bdi>{escape(model.model)}</bdi></dt>{''.join(f'<dd>{escape(flaw.said)}</dd>' for flaw in model.flaws)}"
        for model in comparison.models
        if model.flaws
    )
    heading = f'<h2 class="pd-case-heading">{escape(words("quality.models.flaws"))}</h2>'
    return f'{heading}<dl class="pd-flaws" lang="en" dir="ltr">{parts}</dl>' if parts else ""
