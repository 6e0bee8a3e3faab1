"""A change as HTML: in the list, and in full with the words of both versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from app.desk.changes.again import Compared
from app.desk.changes.brief import Brief
from app.desk.changes.change import Change, ChangedValue, Span
from app.desk.changes.confirmations import ReadState
from app.desk.changes.touched import TouchedAnswer
from app.desk.changes.wording import day, effect_of, elsewhere, facts_of
from app.ui.languages import direction
from app.ui.source_markup import written_in
from app.ui.wording import Words
from prompts.updates import UpdateWords

_CARD_VALUES = 4


def card_html(brief: Brief, is_read: bool, words: Words, update: UpdateWords, language: str) -> str:
    """A change in the list: what is called out, from when, and whether it was read.

    :param language: of the brief, as that of ``update``.
    """
    more = len(brief.values) - _CARD_VALUES
    rest = f'<li class="pd-update-more">{escape(words("changes.values.more", count=more))}</li>' if more > 0 else ""
    chips = values_html(brief.values[:_CARD_VALUES], brief.language, update, rest + _kinds(brief, update))
    return (
        f"{_top(brief, update, 'h2', _state(brief, is_read, words))}"
        f'<p class="pd-update-when">{escape(effect_of(brief, update, language, date.today()))}</p>'
        f"{chips}{_wording_only(brief, update)}"
    )


def head_html(brief: Brief, words: Words, update: UpdateWords, language: str) -> str:
    """What a change is about: title, from when, for whom, by whom."""
    effect = escape(effect_of(brief, update, language, date.today()))
    tone = "pd-warning" if brief.is_ahead(date.today()) or brief.what == "retired" else "pd-note"
    version = words("changes.versions", old=brief.previous, new=brief.number) if brief.previous is not None else ""
    facts = [*facts_of(brief, update, language), version, brief.document]
    items = "".join(f"<li><bdi>{escape(fact)}</bdi></li>" for fact in facts if fact)
    return (
        f'{_top(brief, update, "h1", "")}<div class="pd-callout pd-update-effect {tone}" role="note">{effect}</div>'
        f'<ul class="pd-facts">{items}</ul>'
    )


def called_out_html(brief: Brief, update: UpdateWords, language: str) -> str:
    """Every figure that is another now, and what the document says of itself otherwise."""
    facts = "".join(
        f'<li class="pd-update-value"><span>{escape(update.facts[each.fact])}</span>'
        f"<del>{escape(_fact(each.fact, each.old, update, language))}</del>{_ARROW}"
        f"<ins>{escape(_fact(each.fact, each.new, update, language))}</ins></li>"
        for each in brief.facts
    )
    return values_html(brief.values, brief.language, update, facts) + _wording_only(brief, update)


def values_html(values: Sequence[ChangedValue], language: str, update: UpdateWords, more: str = "") -> str:
    """Old → new, a chip each; nothing where there is none."""
    chips = "".join(
        f'<li class="pd-update-value pd-update-{value.kind}"><span>{escape(update.kind(value.kind))}</span>'
        f"<del {written_in(language)}>{escape(value.old or '–')}</del>{_ARROW}"
        f"<ins {written_in(language)}>{escape(value.new or '–')}</ins></li>"
        for value in values
    )
    return f'<ul class="pd-update-values">{chips}{more}</ul>' if chips or more else ""


def change_html(change: Change, update: UpdateWords) -> str:
    """One rule, both versions side by side, one above the other where there is no room."""
    kinds = "".join(f'<li class="pd-update-{kind}">{escape(update.kind(kind))}</li>' for kind in change.kinds)
    path = change.new_heading or change.old_heading
    where = (
        f'<span class="pd-update-path" {written_in(change.language)}>{escape(" › ".join(path))}</span>' if path else ""
    )
    note = elsewhere(change, update)
    moved = f'<p class="pd-quiet">{escape(note)}</p>' if note else ""
    return (
        '<section class="pd-update-change">'
        f'<div class="pd-update-about"><ul class="pd-update-kinds">{kinds}</ul>{where}</div>'
        f'{moved}<div class="pd-update-sides">'
        f"{_side(change.old, change.old_marks, change.language, 'del', update.before)}"
        f"{_side(change.new, change.new_marks, change.language, 'ins', update.now)}</div></section>"
    )


def excerpt_html(brief: Brief) -> str:
    """How the text of a new document, or of one that is gone, begins."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in brief.excerpt)
    return (
        f'<ul class="pd-update-excerpt pd-update-{brief.what}" {written_in(brief.language)}>{lines}</ul>'
        if lines
        else ""
    )


def read_html(state: ReadState, words: Words) -> str:
    """Who has read it, and who has not."""
    lines = []
    if state.read:
        names = ", ".join(f"{each.by} ({day(each.at.date(), words.language)})" for each in state.read)
        lines.append(words("changes.read_by", names=names))
    if state.unread:
        lines.append(words("changes.unread_by", count=len(state.unread), names=", ".join(state.unread)))
    return "".join(f'<p class="pd-quiet">{escape(line)}</p>' for line in lines)


def touched_html(touched: Sequence[TouchedAnswer], words: Words) -> str:
    """A past answer that rests on words which are others now: its question, and each of the sentences that do."""
    first = touched[0]
    asked = words("changes.touched.asked", date=day(first.asked_at.date(), words.language))
    sentences = "".join(
        f'<li><span dir="auto">{escape(each.sentence)}</span>{_verdict(each, words)}</li>' for each in touched
    )
    return (
        f'<p class="pd-quiet">{escape(asked)}</p><p class="pd-update-question" dir="auto">{escape(first.question)}</p>'
        f'<ul class="pd-update-sentences">{sentences}</ul>'
    )


def compared_html(compared: Compared, language: str, words: Words) -> str:
    """Two answers to one question: what tells them apart, and the new one."""
    chips = "".join(f"<li><del>{escape(each)}</del></li>" for each in compared.figures_gone)
    chips += "".join(f"<li><ins>{escape(each)}</ins></li>" for each in compared.figures_new)
    outcome = escape(words(f"changes.again.{compared.outcome}"))
    figures = f'<ul class="pd-update-values">{chips}</ul>' if chips else ""
    return (
        f'<div class="pd-callout pd-note"><strong>{outcome}</strong>{figures}'
        f'<p class="pd-update-again" dir="{direction(language)}">{escape(compared.new)}</p></div>'
    )


def _verdict(touched: TouchedAnswer, words: Words) -> str:
    state = words("changes.touched.wrong" if touched.wrong else "changes.touched.holds")
    if touched.wrong and touched.wrong_from:
        state = words("changes.touched.wrong_from", date=day(touched.wrong_from, words.language))
    return f'<span class="pd-update-verdict pd-{"wrong" if touched.wrong else "holds"}">{escape(state)}</span>'


_ARROW = '<span class="pd-update-arrow" aria-hidden="true"></span>'


def _top(brief: Brief, update: UpdateWords, level: str, state: str) -> str:
    what = escape(update.what[brief.what])
    title = f'<{level} class="pd-update-title" {written_in(brief.language)}>{escape(brief.title)}</{level}>'
    return f'<div class="pd-update-top"><span class="pd-update-what pd-{brief.what}">{what}</span>{state}{title}</div>'


def _state(brief: Brief, is_read: bool, words: Words) -> str:
    if not brief.is_meaning:
        return ""
    key = "read" if is_read else "unread"
    return f'<span class="pd-update-state pd-{key}">{escape(words(f"changes.state.{key}"))}</span>'


def _kinds(brief: Brief, update: UpdateWords) -> str:
    called = {value.kind for value in brief.values} | {"wording"}
    return "".join(
        f'<li class="pd-update-kind pd-update-{kind}">{escape(update.kind(kind))}</li>'
        for kind in brief.kinds
        if kind not in called
    )


def _wording_only(brief: Brief, update: UpdateWords) -> str:
    if brief.is_meaning:
        return ""
    return f'<p class="pd-quiet">{escape(update.wording_only)}</p>'


def _side(text: str, marks: Sequence[Span], language: str, mark: str, label: str) -> str:
    shown = _marked(text, marks, mark) if text else '<span class="pd-quiet">–</span>'
    name = f"pd-update-side pd-{mark}" if text else "pd-update-side pd-none"
    return (
        f'<div class="{name}"><span class="pd-update-label">{escape(label)}</span>'
        f"<p {written_in(language)}>{shown}</p></div>"
    )


def _marked(text: str, marks: Sequence[Span], mark: str) -> str:
    if list(marks) == [(0, len(text))]:
        return escape(text)  # all of it: the other side, which is empty, says so
    parts, at = [], 0
    for start, end in marks:
        parts.append(f"{escape(text[at:start])}<{mark}>{escape(text[start:end])}</{mark}>")
        at = end
    return "".join([*parts, escape(text[at:])])


def _fact(fact: str, value: str, update: UpdateWords, language: str) -> str:
    if not value:
        return "–"
    if fact == "audience":
        return update.audience(value)
    return day(date.fromisoformat(value), language) if fact == "effective_to" else value
