"""Answers as HTML. Everything that is not ours is escaped here, and nowhere else is HTML put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from app.answers import Citation, Sentence, Understanding
from app.conversations.partial import gap_after
from app.ui.languages import direction, language_name
from app.ui.wording import Words

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
            _chip(by_number[n], message_id, words) for n in dict.fromkeys(sentence.citations) if n in by_number
        )
        source = next((c for c in citations if c.n in sentence.citations and c.quote == sentence.text), None)
        if source is not None:
            parts.append(_quoted(source, chips, words))
            before = ""
            continue
        text = _BOLD.sub(r"<strong>\1</strong>", escape(sentence.text))
        parts.append(f'{gap_after(before)}<span class="pd-sentence">{text}{_unbroken(chips)}</span>')
        before = sentence.text
    caret = '<span class="pd-caret" aria-hidden="true"></span>' if writing else ""
    return f'<div class="pd-prose" {_language(language)}>{"".join(parts)}{caret}</div>'


def plain_html(text: str, language: str) -> str:
    """Text without citations, for example an abstention's fixed phrase."""
    return f'<div class="pd-prose" {_language(language)}>{escape(text)}</div>'


def citation_panel(citation: Citation, message_id: int, words: Words) -> str:
    """The panel a chip opens: where the quote is from and the passage with the quoted words marked."""
    heading = words("citation.heading", n=citation.n)
    facts = [
        words("citation.version", version=citation.version),
        words("citation.page", page=citation.page) if citation.page is not None else words("citation.no_page"),
        words("citation.language", language=language_name(citation.language, words.language)),
    ]
    path = "".join(f"<li>{escape(part)}</li>" for part in citation.heading)
    target = _panel_id(message_id, citation.n)
    missing = "" if citation.passage else f'<p class="pd-quiet">{escape(words("citation.no_passage"))}</p>'
    return (
        f'<aside class="pd-panel" id="{target}" popover="auto" role="dialog" aria-label="{escape(heading)}">'
        f'<div class="pd-panel-top"><span class="pd-panel-n">{escape(heading)}</span>'
        f'<button type="button" class="pd-close" popovertarget="{target}" popovertargetaction="hide" '
        f'aria-label="{escape(words("citation.close"))}">×</button></div>'
        f'<p class="pd-panel-title" role="heading" aria-level="2" {_language(citation.language)}>'
        f"{escape(citation.title)}</p>"
        + (f'<ol class="pd-path" {_language(citation.language)}>{path}</ol>' if path else "")
        + f'<ul class="pd-facts">{"".join(f"<li>{escape(fact)}</li>" for fact in facts)}</ul>'
        + f'<blockquote class="pd-passage" {_language(citation.language)}>{marked_passage(citation)}</blockquote>'
        + f'{missing}<p class="pd-uri">{escape(words("citation.from", uri=citation.document))}</p></aside>'
    )


def marked_passage(citation: Citation) -> str:
    """The passage, escaped, with the quoted words in ``<mark>``.

    Offsets that do not lie in the passage are not trusted: the quote is then
    looked for, and shown alone when it is not there.
    """
    passage = citation.passage
    start, end = citation.start - citation.passage_start, citation.end - citation.passage_start
    if not 0 <= start < end <= len(passage):
        start = passage.find(citation.quote) if citation.quote else -1
        end = start + len(citation.quote)
    if start < 0:
        return f"<mark>{escape(citation.quote)}</mark>"
    before, quoted, after = passage[:start], passage[start:end], passage[end:]
    return f"{escape(before)}<mark>{escape(quoted)}</mark>{escape(after)}"


def withheld_html(withheld: Sequence[Sentence], language: str, words: Words) -> str:
    """What was not said and why, closed until asked for; nothing when all was said."""
    if not withheld:
        return ""
    items = "".join(
        f'<li><span class="pd-withheld-text" {_language(language)}>{escape(sentence.text)}</span>'
        f'<span class="pd-withheld-why">{escape(_reasons(sentence.reasons, words))}</span></li>'
        for sentence in withheld
    )
    summary = f"{words.counted('withheld', len(withheld))}: {_reasons(_codes(withheld), words)}"
    return (
        f'<details class="pd-withheld"><summary>{escape(summary)}</summary>'
        f"<p>{escape(words('withheld.why'))}</p><ul>{items}</ul></details>"
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
    return (
        f'<p class="pd-verdict-name">{escape(words(f"action.{action}"))}</p>'
        f'<p class="pd-verdict-text">{escape(words(f"action.{action}.text"))}</p>'
        + (f'<ul class="pd-reasons">{listed}</ul>' if listed else "")
    )


def callout_html(kind: str, text: str, label: str = "") -> str:
    """A line beside an answer; ``kind`` is ``note``, ``warning`` or ``error``."""
    name = f"<strong>{escape(label)}</strong> " if label else ""
    role = "alert" if kind == "error" else "note"
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return f'<div class="pd-callout pd-{escape(kind)}" role="{role}" dir="auto">{name}{lines}</div>'


def _quoted(source: Citation, chips: str, words: Words) -> str:
    """A sentence as it stands in a document, in the document's own language and direction, with its title under it."""
    name = language_name(source.language, words.language)
    return (
        f'<blockquote class="pd-quoted"><span class="pd-sentence" {_language(source.language)}>'
        f"{escape(source.quote)}{_unbroken(chips)}</span>"
        f"<cite {_language(source.language)}>{escape(source.title)} · <bdi>{escape(name)}</bdi></cite></blockquote>"
    )


def _chip(citation: Citation, message_id: int, words: Words) -> str:
    page = words("citation.page", page=citation.page) if citation.page is not None else words("citation.no_page")
    label = escape(words("citation.open", n=citation.n, title=citation.title, place=page.lower()))
    return (
        f'<button type="button" class="pd-chip" popovertarget="{_panel_id(message_id, citation.n)}" '
        f'aria-haspopup="dialog" aria-label="{label}" title="{label}">{citation.n}</button>'
    )


def _unbroken(chips: str) -> str:
    # A word joiner keeps the first chip on the line of the sentence's last word.
    return f'<span class="pd-chips">&#8288;{chips}</span>' if chips else ""


def _panel_id(message_id: int, n: int) -> str:
    return f"pd-source-{message_id}-{n}"


def _language(code: str) -> str:
    return f'lang="{escape(code)}" dir="{direction(code)}"'


def _codes(sentences: Sequence[Sentence]) -> list[str]:
    return [code for sentence in sentences for code in sentence.reasons[:1]] or ["unsupported"]


def _reasons(codes: Sequence[str], words: Words) -> str:
    return "; ".join(dict.fromkeys(words.reason(code) for code in codes)) or words.reason("unsupported")
