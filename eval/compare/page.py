"""The comparison as one HTML page that opens without a network."""

from __future__ import annotations

from html import escape

from app.quality.measures import suites_about
from eval.compare.advice import NONE
from eval.compare.comparing import Comparison
from eval.compare.overview import costs, licences, side_by_side
from eval.intervals import Figure
from eval.report.charts import Row, interval_chart
from eval.report.page import page_around
from eval.report.sections import section
from eval.report.wording import say
from eval.runs.folder import RunFolder


def comparison_page(comparison: Comparison) -> str:
    """The page."""
    names = list(comparison.runs)
    first = comparison.runs[names[0]].manifest
    about = f"{first.started:%Y-%m-%d %H:%M} UTC · {first.index.documents} documents · {len(names)} models"
    body = "".join(
        (
            f'<p class="brand">polydesk</p><h1>{escape(" or ".join(names))}?</h1><p class="quiet">{escape(about)}</p>',
            _advice(comparison),
            section(say("side_by_side"), say("side_by_side_about"), side_by_side(comparison)),
            section("Flaws", "What is wrong with a model, and an example of it.", _flaws(comparison)),
            section(
                "Quality", "The bar is the 95 % interval; beside the figure, the number of items.", _quality(comparison)
            ),
            section(
                "By language",
                "Answered from the right document; below it, the number of questions.",
                _languages(comparison),
            ),
            section(say("answer_cost"), say("answer_cost_about"), costs(comparison)),
            section(say("licences"), say("licences_about"), licences(comparison)),
            section("What was compared", "Each is a run of its own: polydesk eval show RUN.", _made_of(comparison)),
        )
    )
    return page_around(" or ".join(names), body)


def _advice(comparison: Comparison) -> str:
    """What to take for what, and what a licence rules out."""
    taken = "".join(
        f"<dt>{escape(each.use)}</dt><dd><strong>{escape(each.model)}</strong><span>{escape(each.because)}</span></dd>"
        for each in comparison.advice
    )
    out = "".join(
        f'<p class="ruled-out"><span class="badge bad">{escape(say("not_for_production"))}</span> '
        f"<b>{escape(name)}</b> <span>{escape(because)}</span></p>"
        for name, because in comparison.ruled_out.items()
    )
    tone = "fair" if all(each.model == NONE for each in comparison.advice) else "good"
    return f'<div class="verdict {tone}"><h2>{escape(say("take"))}</h2><dl class="advice">{taken}</dl></div>{out}'


def _flaws(comparison: Comparison) -> str:
    parts = []
    for name, flaws in comparison.flaws.items():
        shown = "".join(
            f'<div class="example"><header>{_badge(flaw.code)}</header>'
            f"<p>{escape(flaw.said)}</p>{''.join(_example(each) for each in flaw.examples)}</div>"
            for flaw in flaws
        )
        parts.append(f"<h3>{escape(name)}</h3>{shown or '<p class=quiet>None was found.</p>'}")
    return "".join(parts)


def _badge(code: str) -> str:
    return f'<span class="badge bad">{escape(code.replace("-", " "))}</span>'


def _example(evidence: dict[str, str]) -> str:
    rows = "".join(f'<dt>{escape(key)}</dt><dd dir="auto">{escape(text)}</dd>' for key, text in evidence.items())
    return f"<dl>{rows}</dl>"


def _quality(comparison: Comparison) -> str:
    rows: list[Row] = []
    for name, about in suites_about()["golden"].measures.items():
        found = [(model, _figure(run, "golden", name)) for model, run in comparison.runs.items()]
        known = [(model, figure) for model, figure in found if figure is not None]
        if known:
            rows.append(Row(about.title, Figure(value=None, count=0), heading=True))
            rows += [Row(model, figure) for model, figure in known]
    return f'<div class="scroll">{interval_chart(rows, "Quality of each model")}</div>'


def _languages(comparison: Comparison) -> str:
    by_model = {
        name: figures.by_language
        for name, run in comparison.runs.items()
        if (figures := run.figures("golden")) is not None
    }
    languages = sorted({language for found in by_model.values() for language in found})
    head = "".join(f"<th>{escape(language)}</th>" for language in languages)
    rows = []
    for name, found in by_model.items():
        cells = []
        for language in languages:
            figure = found.get(language, {}).get("document_recall")
            if figure is None or figure.value is None:
                cells.append('<td class="none">–</td>')
            else:
                cells.append(f'<td style="--v:{figure.value:.2f}">{figure.value:.0%}<small>{figure.count}</small></td>')
        rows.append(f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll"><table class="heat"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _made_of(comparison: Comparison) -> str:
    rows = "".join(
        f"<tr><td><b>{escape(name)}</b></td><td>{escape(run.manifest.id)}</td>"
        f"<td>{escape(run.manifest.model.quantization)}</td><td>{escape(run.manifest.model.identity)}</td></tr>"
        for name, run in comparison.runs.items()
    )
    head = "<tr><th>model</th><th>run</th><th>quantisation</th><th>digest</th></tr>"
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _figure(run: RunFolder, suite: str, name: str) -> Figure | None:
    figures = run.figures(suite)
    return figures.measures.get(name) if figures else None
