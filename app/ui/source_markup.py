"""A source as HTML: the chip behind a sentence, the quoted words, and the panel that opens with the whole passage."""

from __future__ import annotations

from html import escape

from app.answers import Citation
from app.ui.explanation_markup import explanation_html
from app.ui.languages import direction, language_name
from app.ui.wording import Words


def chip_html(citation: Citation, message_id: int, words: Words) -> str:
    """The number that opens a source; an earlier ticket says so here already, since it is no policy."""
    page = words("citation.page", page=citation.page) if citation.page is not None else words("citation.no_page")
    place = f"{page}, {words('citation.history')}" if citation.history else page
    label = escape(words("citation.open", n=citation.n, title=citation.title, place=place.lower()))
    shown = f"{citation.n} {escape(words('citation.history'))}" if citation.history else str(citation.n)
    return (
        f'<button type="button" class="pd-chip{" pd-history" if citation.history else ""}" '
        f'popovertarget="{_panel_id(message_id, citation.n)}" '
        f'aria-haspopup="dialog" aria-label="{label}" title="{label}">{shown}</button>'
    )


def quoted_html(source: Citation, chips: str, words: Words) -> str:
    """A sentence as it stands in a document, in the document's own language and direction, with its title under it."""
    name = language_name(source.language, words.language)
    return (
        f'<blockquote class="pd-quoted"><span class="pd-sentence" {written_in(source.language)}>'
        f"{escape(source.quote)}{unbroken(chips)}</span>"
        f"<cite {written_in(source.language)}>{escape(source.title)} · <bdi>{escape(name)}</bdi></cite></blockquote>"
    )


def citation_panel(citation: Citation, message_id: int, words: Words) -> str:
    """The panel a chip opens: where the quote is from and the passage with the quoted words marked."""
    heading = words("citation.heading", n=citation.n)
    facts = [
        words("citation.version", version=citation.version),
        words("citation.page", page=citation.page) if citation.page is not None else words("citation.no_page"),
        words("citation.language", language=language_name(citation.language, words.language)),
    ]
    badge = f'<li class="pd-history">{escape(words("citation.history"))}</li>' if citation.history else ""
    meaning = f'<p class="pd-quiet">{escape(words("citation.history.help"))}</p>' if citation.history else ""
    path = "".join(f"<li>{escape(part)}</li>" for part in citation.heading)
    target = _panel_id(message_id, citation.n)
    missing = "" if citation.passage else f'<p class="pd-quiet">{escape(words("citation.no_passage"))}</p>'
    return (
        f'<aside class="pd-panel" id="{target}" popover="auto" role="dialog" aria-label="{escape(heading)}">'
        f'<div class="pd-panel-top"><span class="pd-panel-n">{escape(heading)}</span>'
        f'<button type="button" class="pd-close" popovertarget="{target}" popovertargetaction="hide" '
        f'aria-label="{escape(words("citation.close"))}">×</button></div>'
        f'<p class="pd-panel-title" role="heading" aria-level="2" {written_in(citation.language)}>'
        f"{escape(citation.title)}</p>"
        + (f'<ol class="pd-path" {written_in(citation.language)}>{path}</ol>' if path else "")
        + f'<ul class="pd-facts">{badge}{"".join(f"<li>{escape(fact)}</li>" for fact in facts)}</ul>{meaning}'
        + f'<blockquote class="pd-passage" {written_in(citation.language)}>{marked_passage(citation)}</blockquote>'
        + missing
        + explanation_html(citation.parts, words)
        + f'<p class="pd-uri">{escape(words("citation.from", uri=citation.document))}</p></aside>'
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


def unbroken(chips: str) -> str:
    """``chips`` with a word joiner before them, which keeps the first on the line of the sentence's last word."""
    return f'<span class="pd-chips">&#8288;{chips}</span>' if chips else ""


def _panel_id(message_id: int, n: int) -> str:
    return f"pd-source-{message_id}-{n}"


def written_in(code: str) -> str:
    """The attributes of an element whose text is in the language ``code``."""
    return f'lang="{escape(code)}" dir="{direction(code)}"'
