"""Where sentences end: one pass over the candidates, each judged with bounded context.

A verdict looks back no further than the start of its sentence and ahead no
further than the next word. That makes the pass linear, and lets the same pass
run over text that is still being written.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.sentences import thai
from ingest.sentences.characters import (
    AFTER_QUOTE,
    ANY_END,
    CANDIDATE,
    CITATIONS,
    CLOSERS,
    CLOSING,
    FULL_STOP,
    HARD,
    LIST_ITEM,
    LIST_ITEM_WINDOW,
    OPENERS,
    QUOTES,
    SPACE,
    STRONG,
    UNFINISHED_CITATION,
    is_caseless,
)
from ingest.sentences.full_stop import ends_sentence

_WORD_WINDOW = 24  # characters of the next word that a verdict may read


@dataclass(frozen=True, slots=True)
class Verdict:
    """``end`` is the boundary, or None when there is none; scanning goes on at ``resume``."""

    end: int | None
    resume: int


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of ``text``, in order, trimmed, none empty.

    Works for every language we serve without being told which. A blank line
    always ends a sentence, a single line end only in front of a list item or
    a table row. A citation marker after the full stop belongs to the sentence
    before it. Takes linear time.
    """
    spans, start, _ = scan(text, 0, 0, final=True)
    tail = _trimmed(text, start, len(text))
    if tail is not None:
        spans.append(tail)
    return spans


def scan(text: str, start: int, position: int, *, final: bool) -> tuple[list[tuple[int, int]], int, int]:
    """Spans found from ``position`` on, for a sentence that begins at ``start``.

    :param final: whether ``text`` is all there is; otherwise the scan stops at the first candidate
        that text still to come could decide differently.
    :returns: the spans, the start of the unfinished sentence, and the position to resume at.
    """
    spans: list[tuple[int, int]] = []
    start = SPACE.match(text, start).end()  # type: ignore[union-attr]  # \s* always matches
    position = max(start, position)
    while candidate := CANDIDATE.search(text, position):
        verdict = _judge(text, start, candidate.start(), final)
        if verdict is None:
            return spans, start, candidate.start()
        position = verdict.resume
        if verdict.end is None:
            continue
        span = _trimmed(text, start, verdict.end)
        if span is not None:
            spans.append(span)
        start = position = SPACE.match(text, verdict.end).end()  # type: ignore[union-attr]  # \s* always matches
    return spans, start, len(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return (start, end) if end > start else None


def _judge(text: str, start: int, at: int, final: bool) -> Verdict | None:
    """The verdict on the candidate at ``at``; None when more text is needed."""
    char = text[at]
    if char == "\n":
        return _judge_line_end(text, start, at, final)
    if char.isspace():
        return _judge_thai_space(text, start, at, final)
    return _judge_terminator(text, start, at, final)


def _judge_line_end(text: str, start: int, at: int, final: bool) -> Verdict | None:
    resume = SPACE.match(text, at).end()  # type: ignore[union-attr]  # \s* always matches
    if not final and len(text) - resume < LIST_ITEM_WINDOW:
        # The blank line may still be coming, or the mark of a list item.
        return Verdict(at, resume) if text.count("\n", at, resume) > 1 and resume < len(text) else None
    if text.count("\n", at, resume) > 1 or text[start] == "|" or LIST_ITEM.match(text, resume):
        return Verdict(at, resume)
    return Verdict(None, resume)


def _judge_thai_space(text: str, start: int, at: int, final: bool) -> Verdict | None:
    resume = SPACE.match(text, at).end()  # type: ignore[union-attr]  # \s* always matches
    if "\n" in text[at:resume]:
        return Verdict(None, text.index("\n", at))
    ahead = text[resume : resume + thai.LOOKAHEAD]
    if not final and len(ahead) < thai.LOOKAHEAD and not any(map(str.isspace, ahead)):
        return None
    if thai.ends_clause(
        text[start : min(at, start + thai.LOOKBEHIND)], text[max(start, at - 8) : at], at - start, ahead
    ):
        return Verdict(at, resume)
    return Verdict(None, resume)


def _judge_terminator(text: str, start: int, at: int, final: bool) -> Verdict | None:
    end = ANY_END.match(text, at).end()  # type: ignore[union-attr]  # the candidate is one
    run = text[at:end]
    if end == len(text):
        return Verdict(end, end) if final else None
    if (
        text[end].isalnum()
        and text[end] not in CLOSERS
        and not is_caseless(text[end])
        and (run == FULL_STOP or run == "．")
    ):
        return Verdict(None, end)  # a decimal, a version, a domain
    close = CLOSING.match(text, end).end()  # type: ignore[union-attr]  # * always matches
    quoted = any(char in QUOTES for char in text[end:close])
    cited = CITATIONS.match(text, close)
    after = cited.end() if cited else close
    if not final and UNFINISHED_CITATION.match(text, after):
        return None
    if cited and (more := ANY_END.match(text, after)):
        after = more.end()
    if after == len(text):
        return Verdict(after, after) if final else None
    follows = text[after]
    if any(char in HARD for char in run):
        goes_on = follows in AFTER_QUOTE and (quoted or close > end)
        return Verdict(None, after) if goes_on else Verdict(after, after)
    if not follows.isspace():
        new = is_caseless(follows) or bool(cited) or (run[-1] in STRONG and follows in "¿¡“„「『")
        if run == FULL_STOP and not cited and text[at - 1 : at].isdigit():
            new = False
        return Verdict(after, after) if new and not (quoted and follows in AFTER_QUOTE) else Verdict(None, end)
    return _judge_before_space(text, start, at, end, after, final, quoted=quoted)


def _judge_before_space(
    text: str, start: int, at: int, end: int, after: int, final: bool, *, quoted: bool
) -> Verdict | None:
    run = text[at:end]
    begin = SPACE.match(text, after).end()  # type: ignore[union-attr]  # \s* always matches
    gap_lines = text.count("\n", after, begin)
    if begin == len(text):
        return Verdict(after, after) if final else None
    if gap_lines > 1:
        return Verdict(after, after)
    window = text[begin : begin + _WORD_WINDOW]
    if not final and len(window) < _WORD_WINDOW and not any(map(str.isspace, window)):
        return None
    if gap_lines and not final and len(text) - begin < LIST_ITEM_WINDOW:
        return None
    if gap_lines and LIST_ITEM.match(text, begin):
        return Verdict(after, after)
    word = window.split(None, 1)[0].lstrip(OPENERS)
    lower = word[:1].islower() and not any(map(str.isupper, word))
    if run[-1] in STRONG or run[0] in STRONG:
        new = not (lower and quoted)
    elif run != FULL_STOP:  # an ellipsis, written "…" or "..."
        new = not lower
    else:
        before = text[max(start, at - 60) : at]
        new = ends_sentence(before, at - start <= len(before), word, lower=lower)
    return Verdict(after, after) if new else Verdict(None, end)
