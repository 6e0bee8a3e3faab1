"""The comparison as one HTML page that opens without a network."""

from __future__ import annotations

from html import escape

from app.quality.measures import suites_about
from eval.compare.comparing import Comparison
from eval.intervals import Figure
from eval.report.charts import Row, interval_chart
from eval.report.page import page_around
from eval.report.sections import section
from eval.runs.folder import RunFolder

_GIB = 1 << 30


def comparison_page(comparison: Comparison) -> str:
    """The page."""
    names = list(comparison.runs)
    first = comparison.runs[names[0]].manifest
    advice = "".join(
        f"<p>For <b>{escape(each.use)}</b>: <strong>{escape(each.model)}</strong> "
        f'<span class="quiet">{escape(each.because)}</span></p>'
        for each in comparison.advice
    )
    about = f"{first.started:%Y-%m-%d %H:%M} UTC · {first.index.documents} documents · {len(names)} models"
    body = "".join(
        (
            f'<p class="brand">polydesk</p><h1>{escape(" or ".join(names))}?</h1><p class="quiet">{escape(about)}</p>',
            f'<div class="verdict good advice">{advice}</div>',
            section("Flaws", "What is wrong with a model, and an example of it.", _flaws(comparison)),
            section(
                "Quality", "The bar is the 95 % interval; beside the figure, the number of items.", _quality(comparison)
            ),
            section(
                "By language",
                "Answered from the right document; below it, the number of questions.",
                _languages(comparison),
            ),
            section("Speed, tokens, memory", "Medians over the same questions.", _costs(comparison)),
            section("What was compared", "Each is a run of its own: polydesk eval show RUN.", _made_of(comparison)),
        )
    )
    return page_around(" or ".join(names), body)


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


def _costs(comparison: Comparison) -> str:
    rows = []
    for name, about in suites_about()["latency"].measures.items():
        figures = [_figure(run, "latency", name) for run in comparison.runs.values()]
        if any(figures):
            cells = "".join(
                f'<td class="n">{escape(about.written(each.value) if each else "–")}</td>' for each in figures
            )
            rows.append(f"<tr><td>{escape(about.title)}</td>{cells}</tr>")
    memory = [run.manifest.model.memory or run.manifest.model.size for run in comparison.runs.values()]
    if any(memory):
        cells = "".join(
            f'<td class="n">{each / _GIB:.1f} GiB</td>' if each else '<td class="n">–</td>' for each in memory
        )
        rows.append(f"<tr><td>memory on the server (its size where it is not loaded)</td>{cells}</tr>")
    head = "".join(f'<th class="n">{escape(name)}</th>' for name in comparison.runs)
    body = "".join(rows)
    return f'<div class="scroll"><table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _made_of(comparison: Comparison) -> str:
    rows = "".join(
        f"<tr><td><b>{escape(name)}</b></td><td>{escape(run.manifest.id)}</td>"
        f"<td>{escape(run.manifest.model.quantization)}</td><td>{escape(run.manifest.model.digest[:19])}</td></tr>"
        for name, run in comparison.runs.items()
    )
    head = "<tr><th>model</th><th>run</th><th>quantisation</th><th>digest</th></tr>"
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _figure(run: RunFolder, suite: str, name: str) -> Figure | None:
    figures = run.figures(suite)
    return figures.measures.get(name) if figures else None
