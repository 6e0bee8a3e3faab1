"""Examples of what went wrong, with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.quality.measures import SuiteAbout, suites_about
from eval.report.wording import say
from eval.runs.folder import RunFolder
from eval.runs.outcome import Outcome

_OF_A_SUITE = 3


def examples(run: RunFolder, baseline: RunFolder | None, fell: Sequence[str]) -> str:
    """Some of each suite, those first that were right before; suites in which something fell come first and open."""
    about = suites_about()
    order = sorted(run.all_figures(), key=lambda suite: suite not in fell)
    parts: list[str] = []
    for suite in order:
        right_before = _right(about[suite], baseline.outcomes(suite) if baseline else [])
        wrong = [each for each in run.outcomes(suite) if each.evidence]
        chosen = _varied(sorted(wrong, key=lambda each: each.id not in right_before))
        if not chosen:
            continue
        shown = "".join(_example(each, each.id in right_before) for each in chosen)
        opened = " open" if suite in fell or (not fell and not parts) else ""
        parts.append(
            f"<details{opened}><summary>{escape(about[suite].title)} "
            f'<span class="quiet">({len(chosen)} of {len(wrong)})</span></summary>{shown}</details>'
        )
    return "".join(parts) or f"<p>{escape(say('nothing_wrong'))}</p>"


def _right(about: SuiteAbout, outcomes: Sequence[Outcome]) -> set[str]:
    return {
        each.id
        for each in outcomes
        if each.values and not any(about.measures[name].is_bad(value) for name, value in each.values.items())
    }


def _varied(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """A few, of different languages as far as there are any."""
    languages: set[str] = set()
    first = []
    for each in outcomes:
        if each.language not in languages:
            languages.add(each.language)
            first.append(each)
    return [*first, *(each for each in outcomes if each not in first)][:_OF_A_SUITE]


def _example(outcome: Outcome, was_right: bool) -> str:
    marks = [escape(part) for part in (outcome.id, outcome.language, outcome.kind) if part]
    new = f' <span class="badge bad">{escape(say("new"))}</span>' if was_right else ""
    rows = "".join(
        f'<dt>{escape(name)}</dt><dd dir="auto">{escape(text)}</dd>' for name, text in outcome.evidence.items()
    )
    return f'<div class="example"><header>{" · ".join(marks)}{new}</header><dl>{rows}</dl></div>'
