"""Answers as HTML. What is not ours is escaped here and in the other files of markup; no others put HTML together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from app.answers import Citation, Contradiction, Sentence, Understanding
from app.conversations.partial import gap_after
from app.ui.languages import language_name
from app.ui.source_markup import chip_html, quoted_html, unbroken, written_in
from app.ui.wording import Words
from prompts.library import phrase

_BOLD = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*")


def question_html(text: str, words: Words) -> str:
    """An agent's question; its direction follows its first letter."""
    label = escape(words("message.you"))
    return f'<div class="pd-question" role="group" aria-label="{label}" dir="auto">{escape(text)}</div>'


def understood_html(understood: Understanding | None, words: Words) -> str:
    """The line under a question that was understood otherwise than typed; nothing for any other."""
    if understood is None:
        return ""
    question = f'<bdi lang="{escape(understood.language)}">{escape(understood.question)}</bdi>'
    return f'<p class="pd-understood">{words("message.understood", question=question)}</p>'


def sentences_html(
    sentences: Sequence[Sentence],
    citations: Sequence[Citation],
    language: str,
    message_id: int,
    words: Words,
    writing: bool = False,
) -> str:
    """Supported sentences as prose, each with its chips; word-for-word quotes in blocks of their own."""
    by_number = {citation.n: citation for citation in citations}
    parts: list[str] = []
    before = ""
    for sentence in sentences:
        if not sentence.supported:
            continue
        chips = "".join(
            chip_html(by_number[n], message_id, words) for n in dict.fromkeys(sentence.citations) if n in by_number
        )
        source = next((c for c in citations if c.n in sentence.citations and c.quote == sentence.text), None)
        if source is not None:
            parts.append(quoted_html(source, chips, words))
            before = ""
            continue
        text = _BOLD.sub(r"<strong>\1</strong>", escape(sentence.text))
        parts.append(f'{gap_after(before)}<span class="pd-sentence">{text}{unbroken(chips)}</span>')
        before = sentence.text
    caret = '<span class="pd-caret" aria-hidden="true"></span>' if writing else ""
    return f'<div class="pd-prose" {written_in(language)}>{"".join(parts)}{caret}</div>'


def plain_html(text: str, language: str) -> str:
    """Text without citations, for example an abstention's fixed phrase."""
    return f'<div class="pd-prose" {written_in(language)}>{escape(text)}</div>'


def asked_back_html(text: str, names: Sequence[str], language: str) -> str:
    """What is asked of the asker; ``names`` is what they may mean, where there is nothing to click."""
    listed = f" {' · '.join(f'<bdi>{escape(name)}</bdi>' for name in names)}" if names else ""
    return f'<p class="pd-asked-back" {written_in(language)}>{escape(text)}{listed}</p>'


def limits_html(citations: Sequence[Citation], message_id: int, words: Words) -> str:
    """What limits the cited sentences and stands right behind them, where the answer leaves it out."""
    limited = [each for each in citations if each.limited_by]
    if not limited:
        return ""
    quotes = "".join(
        quoted_html(each.model_copy(update={"quote": each.limited_by}), chip_html(each, message_id, words), words)
        for each in limited
    )
    return (
        f'<section class="pd-callout pd-limits" role="note"><strong>{escape(words("limits.heading"))}</strong>'
        f'<p>{escape(words("limits.text"))}</p><div class="pd-sides">{quotes}</div></section>'
    )


def contradictions_html(contradictions: Sequence[Contradiction], message_id: int, words: Words) -> str:
    """What the documents say against what was cited, side by side with it; nothing where they agree."""
    if not contradictions:
        return ""
    pairs = "".join(_contradiction(each, message_id, words) for each in contradictions)
    return (
        f'<section class="pd-callout pd-warning pd-contradictions" role="note">'
        f"<strong>{escape(words('contradiction.heading'))}</strong>"
        f"<p>{escape(words('contradiction.text'))}</p>{pairs}</section>"
    )


def _contradiction(each: Contradiction, message_id: int, words: Words) -> str:
    what = words("contradiction.what", what=" / ".join(f"<bdi>{escape(said)}</bdi>" for said in each.says))
    sides = "".join(quoted_html(side, chip_html(side, message_id, words), words) for side in (each.first, each.second))
    return f'<p class="pd-differ">{what}</p><div class="pd-sides">{sides}</div>'


def withheld_html(withheld: Sequence[Sentence], language: str, words: Words) -> str:
    """What was not said and why, closed until asked for; nothing when all was said."""
    if not withheld:
        return ""
    items = withheld_items(withheld, language, words)
    summary = f"{words.counted('withheld', len(withheld))}: {_reasons(_codes(withheld), words)}"
    return (
        f'<details class="pd-withheld"><summary>{escape(summary)}</summary>'
        f"<p>{escape(words('withheld.why'))}</p><ul>{items}</ul></details>"
    )


def withheld_items(withheld: Sequence[Sentence], language: str, words: Words) -> str:
    """The items of a list of sentences that were not said, each with why."""
    return "".join(f"<li>{_tries(sentence, language, words)}</li>" for sentence in withheld)


def repaired_html(shown: Sequence[Sentence], language: str, words: Words) -> str:
    """What was refused first, why, and what stands in its place, closed until asked for; nothing where nothing was."""
    repaired = [(sentence, sentence.instead_of) for sentence in shown if sentence.supported and sentence.instead_of]
    if not repaired:
        return ""
    items = "".join(
        f"<li>{_tries(first, language, words)}<span {written_in(language)}>{escape(sentence.text)}</span></li>"
        for sentence, first in repaired
    )
    reasons = _reasons(_codes([first for _, first in repaired]), words)
    return (
        f'<details class="pd-withheld pd-repaired"><summary {written_in(language)}>'
        f"{escape(phrase('repaired', language))} ({len(repaired)}): <bdi>{escape(reasons)}</bdi></summary>"
        f"<ul>{items}</ul></details>"
    )


def _tries(sentence: Sentence, language: str, words: Words) -> str:
    """A sentence that was not said and why; before it the first try, where this is the second."""
    first = _tries(sentence.instead_of, language, words) if sentence.instead_of else ""
    return (
        f'{first}<span class="pd-withheld-text" {written_in(language)}>{escape(sentence.text)}</span>'
        f'<span class="pd-withheld-why">{escape(_reasons(sentence.reasons, words))}</span>'
    )


def badges_html(language: str, confidence: float | None, model: str | None, words: Words) -> str:
    """Language, confidence and author of an answer."""
    name = language_name(language, words.language)
    badges = [
        f'<li class="pd-badge" aria-label="{escape(words("badge.language", language=name))}" '
        f'title="{escape(words("badge.language", language=name))}">{escape(name)}</li>'
    ]
    if confidence is not None:
        percent = round(100 * min(max(confidence, 0.0), 1.0))
        level = "high" if percent >= 75 else "medium" if percent >= 50 else "low"
        badges.append(
            f'<li class="pd-badge pd-confidence pd-{level}" title="{escape(words("badge.confidence.help"))}">'
            f'<span class="pd-meter" aria-hidden="true"><span style="width:{percent}%"></span></span>'
            f"{escape(words('badge.confidence', percent=percent))}</li>"
        )
    if model is not None:
        author = words("badge.quoting") if model == "quoting" else words("badge.model", model=model)
        badges.append(f'<li class="pd-badge pd-model">{escape(author)}</li>')
    return f'<ul class="pd-badges">{"".join(badges)}</ul>'


def verdict_html(action: str, reasons: Sequence[str], words: Words) -> str:
    """The heading of an answer that is none: abstained from, or handed to a person."""
    listed = "".join(f"<li>{escape(words.reason(code))}</li>" for code in dict.fromkeys(reasons))
    headings = (f"action.{action}.{code}" for code in reasons)
    heading = next((each for each in headings if each in words.entries), f"action.{action}")
    return (
        f'<p class="pd-verdict-name">{escape(words(heading))}</p>'
        f'<p class="pd-verdict-text">{escape(words(f"{heading}.text"))}</p>'
        + (f'<ul class="pd-reasons">{listed}</ul>' if listed else "")
    )


def callout_html(kind: str, text: str, label: str = "") -> str:
    """A line beside an answer; ``kind`` is ``note``, ``warning`` or ``error``."""
    name = f"<strong>{escape(label)}</strong> " if label else ""
    role = "alert" if kind == "error" else "note"
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return f'<div class="pd-callout pd-{escape(kind)}" role="{role}" dir="auto">{name}{lines}</div>'


def _codes(sentences: Sequence[Sentence]) -> list[str]:
    return [code for sentence in sentences for code in sentence.reasons[:1]] or ["unsupported"]


def _reasons(codes: Sequence[str], words: Words) -> str:
    return "; ".join(dict.fromkeys(words.reason(code) for code in codes)) or words.reason("unsupported")
