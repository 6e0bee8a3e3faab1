"""A draft as HTML: what it rests on, what was found of an agent's changes, what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.desk.drafts.beside import Beside
from app.desk.drafts.difference import Difference
from app.desk.drafts.draft import Draft, DraftedSentence, Handover, Need, Review
from app.rechecking import CheckedSentence
from app.ui.case_markup import heading_html
from app.ui.markup import sentences_html
from app.ui.source_markup import written_in
from app.ui.wording import Words
from prompts.library import cause_name, first_step

_NEED_CHARACTERS = 300


def handover_html(handover: Handover, words: Words) -> str:
    """Who should look at the ticket, and why."""
    key = "drafts.handover" if handover.takes_over else "drafts.handover.look"
    cause = cause_name(handover.cause, words.language)
    step = first_step(handover.first_step, words.language)
    why = words("drafts.handover.why", cause=cause[:1].upper() + cause[1:], step=step)
    return (
        f'<section class="pd-callout pd-warning" role="note"><strong>{escape(words(key, team=handover.team))}</strong>'
        f"{escape(why)}</section>"
    )


def evidence_html(draft: Draft, panel: int, words: Words) -> str:
    """What the customer asks, each with the sentences that answer it and their sources; for the agent alone.

    :param panel: tells the panels of this draft's sources from others on the page.
    """
    parts = [_answer_html(draft, at, need, panel, words) for at, need in enumerate(draft.needs)]
    return f'{heading_html(words("drafts.asked"))}<div class="pd-evidence">{"".join(parts)}</div>'


def _answer_html(draft: Draft, at: int, need: Need, panel: int, words: Words) -> str:
    asked = need.text if len(need.text) <= _NEED_CHARACTERS else need.text[:_NEED_CHARACTERS].rstrip() + " …"
    html = f'<p class="pd-need" {written_in(need.language)}>{escape(asked)}</p>'
    sentences = [sentence for sentence in draft.sentences if sentence.need == at]
    if not sentences:
        key = "drafts.answered_above" if need.answered else "drafts.unanswered"
        return f'{html}<p class="{"pd-quiet" if need.answered else "pd-open"}">{escape(words(key))}</p>'
    for held, group in _grouped(sentences):
        html += sentences_html(group, draft.citations, draft.language, panel, words)
        html += f'<span class="pd-hold">{escape(words(f"drafts.hold.{held}"))}</span>' if held else ""
    return html


def _grouped(sentences: Sequence[DraftedSentence]) -> list[tuple[str, list[DraftedSentence]]]:
    """Neighbours that are held for one reason, or go out."""
    groups: list[tuple[str, list[DraftedSentence]]] = []
    for sentence in sentences:
        if groups and groups[-1][0] == sentence.hold:
            groups[-1][1].append(sentence)
        else:
            groups.append((sentence.hold, [sentence]))
    return groups


def review_html(found: Review, language: str, words: Words) -> str:
    """What was found of the agent's text: what must not go out, what is not translated, what to look at again."""
    parts = []
    if found.forbidden:
        items = "".join(_checked(each, language, words) for each in found.forbidden)
        parts.append(_callout("error", words("drafts.forbidden"), words("drafts.forbidden.text"), items))
    if found.untranslated:
        items = "".join(f'<li dir="auto">{escape(each)}</li>' for each in found.untranslated)
        parts.append(_callout("warning", words("drafts.untranslated"), words("drafts.hold.translate"), items))
    if found.marked:
        items = "".join(_checked(each, language, words) for each in found.marked)
        heading = words.counted("drafts.marked", len(found.marked))
        parts.append(_callout("warning", heading, words("drafts.marked.text"), items))
    return "".join(parts) or f'<p class="pd-clean" role="status">✓ {escape(words("drafts.clean"))}</p>'


def _checked(sentence: CheckedSentence, language: str, words: Words) -> str:
    why = "; ".join(dict.fromkeys(words.reason(code) for code in sentence.codes))
    return (
        f"<li><span {written_in(language)}>{escape(sentence.text)}</span>"
        f'<span class="pd-because">{escape(why)}</span></li>'
    )


def _callout(kind: str, heading: str, text: str, items: str) -> str:
    return (
        f'<section class="pd-callout pd-{kind} pd-review" role="status"><strong>{escape(heading)}</strong>'
        f"{escape(text)}<ul>{items}</ul></section>"
    )


def beside_html(found: Sequence[Beside], words: Words) -> str:
    """The draft in the agent's language; what could not be translated in the documents' own words."""
    parts = []
    for each in found:
        parts.append(f"<p {written_in(each.language)}>{escape(each.text)}</p>")
    if not all(each.translated for each in found) or not found:
        parts.append(f'<p class="pd-quiet">{escape(words("drafts.beside.own_words"))}</p>')
    return f'<div class="pd-beside" role="note">{"".join(parts)}</div>'


def letter_html(text: str, language: str) -> str:
    """What was sent."""
    return f'<div class="pd-letter" {written_in(language)}>{escape(text)}</div>'


def difference_html(found: Difference, language: str, words: Words) -> str:
    """What the agent changed, closed until asked for; nothing where the draft was sent as it was."""
    items = [
        *(
            f"<li><strong>{escape(words('drafts.difference.changed'))}</strong> "
            f"<del>{escape(each.old)}</del> <ins>{escape(each.new)}</ins></li>"
            for each in found.changed
        ),
        *(
            f"<li><strong>{escape(words('drafts.difference.added'))}</strong> <ins>{escape(each.text)}</ins></li>"
            for each in found.added
        ),
        *(
            f"<li><strong>{escape(words('drafts.difference.removed'))}</strong> <del>{escape(each.text)}</del></li>"
            for each in found.removed
        ),
    ]
    if not items:
        return ""
    summary = escape(words("drafts.difference"))
    return (
        f'<details class="pd-difference"><summary>{summary}</summary>'
        f"<ul {written_in(language)}>{''.join(items)}</ul></details>"
    )
