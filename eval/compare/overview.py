"""The parts of the comparison's page on what a model gives, costs and asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from app.costs.counting import written_amount
from app.quality.measures import MeasureAbout, suites_about
from eval.compare.advice import is_worse
from eval.compare.comparing import Comparison
from eval.report.wording import say
from eval.runs.costs import BASIS, RunCost
from eval.runs.folder import RunFolder

_GB = 10**9
_MEASURES = (
    ("golden", "document_recall"),
    ("golden", "abstention_recall"),
    ("latency", "first_sentence_ms"),
    ("latency", "ms_per_token"),
    ("latency", "prompt_tokens"),
    ("latency", "completion_tokens"),
)


@dataclass(frozen=True)
class Cell:
    """One value of a row.

    :param rank: less is better; None where there is nothing to compare.
    """

    text: str
    rank: float | None = None
    more: str = ""


@dataclass(frozen=True)
class OverviewRow:
    """One thing that is compared, with a cell for each model."""

    title: str
    cells: Sequence[Cell]
    level: frozenset[int] = frozenset()  # cells that chance may have put behind the one that is ahead

    @property
    def best(self) -> set[int]:
        """Which cells are ahead of others; none where all are level or something is not known."""
        if self.level:
            return set(self.level) if len(self.level) < len(self.cells) else set()
        ranks = [cell.rank for cell in self.cells]
        known = [rank for rank in ranks if rank is not None]
        if len(known) < len(ranks) or len(set(known)) < 2:
            return set()
        return {at for at, rank in enumerate(ranks) if rank == min(known)}


def overview(comparison: Comparison) -> list[OverviewRow]:
    """Quality, speed, tokens, cost, memory and licence of each model, for a page or a terminal."""
    rows = [_measured(comparison, suite, name) for suite, name in _MEASURES]
    names = list(comparison.runs)
    one_currency = len({comparison.costs[name].currency for name in names}) == 1
    rows += [
        _row(say("row_cost"), names, lambda name: _cost_cell(comparison.costs[name], one_currency, thousand=False)),
        _row(say("row_costs"), names, lambda name: _cost_cell(comparison.costs[name], one_currency, thousand=True)),
        _row(say("row_memory"), names, lambda name: _memory_cell(comparison.runs[name])),
        _row(say("row_licence"), names, lambda name: _licence_cell(comparison, name)),
    ]
    return [row for row in rows if row is not None]


def side_by_side(comparison: Comparison) -> str:
    """The overview as a table."""
    head = "".join(f'<th class="n">{escape(name)}</th>' for name in comparison.runs)
    body = []
    for row in overview(comparison):
        best = row.best
        cells = "".join(
            f'<td class="n{" best" if at in best else ""}">{escape(cell.text)}'
            + (f"<small>{escape(cell.more)}</small>" if cell.more else "")
            + "</td>"
            for at, cell in enumerate(row.cells)
        )
        body.append(f"<tr><td>{escape(row.title)}</td>{cells}</tr>")
    return (
        f'<div class="scroll"><table class="sides"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def costs(comparison: Comparison) -> str:
    """A bar for each model, as long as 1,000 answers are dear; one scale for each currency."""
    highest: dict[str | None, float] = {}
    for each in comparison.costs.values():
        if each.per_thousand is not None:
            highest[each.currency] = max(highest.get(each.currency, 0.0), float(each.per_thousand))
    return f'<div class="costs">{"".join(_cost_bar(n, c, highest) for n, c in comparison.costs.items())}</div>'


def licences(comparison: Comparison) -> str:
    """A card for each model with what its licence asks."""
    cards = []
    for name in comparison.runs:
        found = comparison.licences[name]
        if found is None:
            why = say("no_model") if name == "quoting" else say("licence_unknown")
            cards.append(
                f'<div class="tile"><div class="name">{escape(name)}</div><p class="what">{escape(why)}</p></div>'
            )
            continue
        word, tone = (say("not_for_production"), "bad") if found.rules_out else (say("for_production"), "good")
        duties = "".join(f"<li>{escape(duty.text)}</li>" for duty in found.duties)
        cards.append(
            f'<div class="tile licence"><div class="name">{escape(name)}</div>'
            f'<p><span class="badge {tone}">{escape(word)}</span></p>'
            f'<p><a href="{escape(found.licence.source, quote=True)}">{escape(found.licence.name)}</a></p>'
            f"<ul>{duties}</ul></div>"
        )
    return f'<div class="tiles licences">{"".join(cards)}</div>'


def _measured(comparison: Comparison, suite: str, name: str) -> OverviewRow | None:
    about: MeasureAbout = suites_about()[suite].measures[name]
    values = {model: comparison.figure(model, suite, name) for model in comparison.runs}
    if not any(value is not None for value in values.values()):
        return None
    compares = about.unit != "tokens"  # a longer prompt is neither better nor worse by itself
    cells = [
        Cell(about.written(value), -about.sign * value if value is not None and compares else None)
        for value in values.values()
    ]
    return OverviewRow(about.title, cells, _level(comparison, suite, name) if about.unit == "share" else frozenset())


def _level(comparison: Comparison, suite: str, name: str) -> frozenset[int]:
    """The model that is ahead in a share, and those that the items do not tell from it."""
    values = {model: comparison.figure(model, suite, name) for model in comparison.runs}
    if any(value is None for value in values.values()):
        return frozenset()
    sign = suites_about()[suite].measures[name].sign
    ahead = max(values, key=lambda model: sign * (values[model] or 0.0))
    return frozenset(at for at, model in enumerate(values) if not is_worse(comparison, model, ahead, suite, name))


def _row(title: str, names: Sequence[str], cell: Callable[[str], Cell]) -> OverviewRow:
    return OverviewRow(title, [cell(name) for name in names])


def _cost_cell(cost: RunCost, one_currency: bool, thousand: bool) -> Cell:
    amount = cost.per_thousand if thousand else cost.per_answer
    basis = BASIS[cost.basis] if cost.basis else ""
    rank = float(amount) if amount is not None and one_currency else None
    return Cell(written_amount(amount, cost.currency), rank, basis if amount is not None else cost.unknown)


def _memory_cell(run: RunFolder) -> Cell:
    model = run.manifest.model
    if model.memory:
        return Cell(_gigabytes(model.memory), float(model.memory))
    if model.size:
        return Cell(_gigabytes(model.size), None, say("file_alone"))
    return Cell(say("unknown"), None, say("not_here") if model.server else "")


def _licence_cell(comparison: Comparison, name: str) -> Cell:
    found = comparison.licences[name]
    if found is None:
        return Cell("–" if name == "quoting" else say("unknown"))
    return Cell(found.licence.name, None, say("not_for_production") if found.rules_out else "")


def _cost_bar(name: str, cost: RunCost, highest: dict[str | None, float]) -> str:
    if cost.per_thousand is None or cost.basis is None:
        said = f"{say('unknown')}: {cost.unknown}"
        return f'<div class="cost"><b>{escape(name)}</b><span class="quiet">{escape(said)}</span></div>'
    share = float(cost.per_thousand) / highest[cost.currency] if highest[cost.currency] else 0.0
    counted = say("counted", answers=cost.answers)
    if cost.without:
        counted += say("counted_without", without=cost.without)
    about = "; ".join(part for part in (BASIS[cost.basis], counted, cost.note) if part)
    return (
        f'<div class="cost"><b>{escape(name)}</b><span class="amount">{escape(cost.said)}</span>'
        f'<span class="rail"><span style="inline-size:{max(100 * share, 0.6):.1f}%"></span></span>'
        f'<span class="quiet">{escape(about)}. {escape(say("price_source"))} {_source(cost.source)}</span></div>'
    )


def _source(source: str) -> str:
    if not source.startswith("https://"):
        return escape(source)
    return f'<a href="{escape(source, quote=True)}">{escape(source.split("/")[2])}</a>'


def _gigabytes(size: int) -> str:
    return f"{size / _GB:.1f} GB"
