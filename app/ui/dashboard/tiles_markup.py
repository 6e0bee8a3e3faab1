"""The figures of the days that are looked at, as tiles."""

from __future__ import annotations

from html import escape

from app.dashboard.numbers import Dashboard, Figures
from app.ui.dashboard.written import NONE, money, moved_score, number, percent, points, seconds
from app.ui.quality.figures import score, share
from app.ui.wording import Words


def tiles_html(found: Dashboard, words: Words) -> str:
    """Eight figures, each with what it was before, and by how much it moved where that means something."""
    now, before, language = found.now, found.before, words.language
    tiles = [
        _tile(
            "answers", number(now.answers, language), number(before.answers, language),
            percent(now.answers, before.answers, language),
            words.counted("dashboard.unfinished", now.unfinished) if now.unfinished else "", found, words,
        ),
        _share("abstentions", now.abstentions, before.abstentions, "", found, words),
        _share("escalations", now.escalations, before.escalations, "", found, words),
        _tile(
            "time", seconds(now.seconds.median, language), seconds(before.seconds.median, language),
            percent(now.seconds.median, before.seconds.median, language),
            words("dashboard.time.p95", time=seconds(now.seconds.p95, language)) if now.answers else "", found, words,
        ),
        _cost(found, words),
        _tile(
            "support", score(now.support, language), score(before.support, language),
            moved_score(now.support, before.support, language),
            words.counted("dashboard.withheld", now.withheld) if now.withheld else "", found, words,
        ),
        _share(
            "flagged", now.flagged, before.flagged,
            words.counted("dashboard.findings", now.findings) if now.findings else "", found, words,
        ),
        _share("liked", now.liked, before.liked, words.counted("dashboard.rated", now.up + now.down), found, words),
    ]  # fmt: skip
    return f'<ul class="pd-tiles pd-numbers">{"".join(tiles)}</ul>'


def _share(name: str, now: float | None, before: float | None, more: str, found: Dashboard, words: Words) -> str:
    language = words.language
    rated = min(found.now.up + found.now.down, found.before.up + found.before.down)
    moved = "" if name == "liked" and rated < found.least else points(now, before, language)
    return _tile(name, share(now, language), share(before, language), moved, more, found, words)


def _cost(found: Dashboard, words: Words) -> str:
    now, before = cost_said(found.now, words), cost_said(found.before, words)
    bill, moved, more = found.now.bill, "", []
    paid, was = bill.money, found.before.bill.money
    if not bill.attempts:
        more.append(words("dashboard.cost.none"))
    elif bill.unpriced:
        more.append(words.counted("dashboard.cost.unpriced", bill.unpriced))
    elif len(paid) == 1 and found.now.answers:
        each = paid[0].model_copy(update={"amount": paid[0].amount / found.now.answers})
        more.append(words("dashboard.cost.each", amount=money([each], words.language)))
        if len(was) == 1 and was[0].currency == paid[0].currency and not found.before.bill.unpriced:
            moved = percent(paid[0].amount, was[0].amount, words.language)
    return _tile("cost", now, before, moved, " · ".join(more), found, words)


def cost_said(figures: Figures, words: Words) -> str:
    """What a period cost, as far as that is known."""
    if figures.bill.money:
        return money(figures.bill.money, words.language)
    return words("dashboard.cost.unknown") if figures.bill.unpriced else NONE


def _tile(name: str, value: str, before: str, moved: str, more: str, found: Dashboard, words: Words) -> str:
    pill = ""
    if moved and found.enough:
        label = escape(words("dashboard.moved", change=moved), quote=True)
        pill = (
            f'<span class="pd-moved" role="img" title="{label}" aria-label="{label}"><bdi>{escape(moved)}</bdi></span>'
        )
    was = f"<span>{escape(words('dashboard.before', value=before))}</span>" if found.before.answers else ""
    return (
        f'<li class="pd-tile"><span class="pd-tile-name">{escape(words(f"dashboard.{name}"))}</span>'
        f'<strong><bdi>{escape(value)}</bdi></strong>{pill}{was}<span class="pd-tile-foot">{escape(more)}</span></li>'
    )
