"""Characters that show people something else than they say to a machine.

Tag characters and runs of variation selectors carry whole sentences unseen; overrides (RLO, LRO) turn words
around; joiners and zero-width spaces tear words apart that are looked for. What belongs to a script or an
emoji (joiners in Persian and Hindi, spaces in Thai and Khmer, marks and isolates in Arabic) is no finding.
"""

from __future__ import annotations

import re
import unicodedata

from ingest.documents import Finding
from ingest.parsing.cleaning import clean, one_line

LONGEST_EXCERPT = 120  # characters

_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_OVERRIDDEN = re.compile("([\u202d\u202e])([^\u202c\n]*)")
_RUN = re.compile("[\u200b\u200c\u200d\u2060-\u2064\ufeff]{4,}")
_INSIDE = re.compile("(?<=[^\\W\\d_])[\u200b\u200c\u200d\u2060-\u2064\ufeff\u00ad\u034f]+(?=[^\\W\\d_])")
_UNSPACED = re.compile("[\u0600-\u08ff\u0900-\u109f\u1780-\u17ff\u1a20-\u1aaf\u3000-\u30ff\u3400-\u9fff\ufb50-\ufeff]")
_MOST_INSIDE = 8  # zero-width characters inside words; a few are hints where a long word may break
_MOST_INSIDE_SHARE = 0.01  # of the text's characters


def hidden_text(item: str, texts: list[str], place: str = "") -> Finding:
    """What is said of words that no reader sees.

    :param place: where they were, as a person would say it: ``on page 3``.
    """
    where = f" {place}" if place else ""
    return Finding(
        item,
        "hidden-text",
        f"text no reader sees was left out{where}: {excerpt(' … '.join(texts))}; check who put it there",
    )


def character_findings(item: str, text: str) -> list[Finding]:
    """What operations should see of the invisible characters in a text as its file has it.

    :param item: the file's name, for the findings.
    """
    if text.isascii():
        return []
    findings = []
    tags = [found[0] for found in _TAGS.finditer(_FLAG.sub("", text))]
    if said := ["".join(chr(ord(char) - 0xE0000) for char in tag) for tag in tags if len(tag) > 1]:
        findings.append(hidden_text(item, said, "in tag characters"))
    if reordered := [words for mark, words in _OVERRIDDEN.findall(text) if _is_reordered(mark, words)]:
        shown = excerpt(" … ".join(reordered))
        message = f"direction overrides that turn words around were removed: {shown}; compare with what is shown"
        findings.append(Finding(item, "bidi-override", message))
    if found := _suspicious(text):
        message = f"invisible characters between letters were removed ({found}); check where the text comes from"
        findings.append(Finding(item, "invisible-characters", message))
    return findings


def excerpt(text: str) -> str:
    """A short, harmless quotation."""
    text = one_line(clean(text))
    return f"“{text[:LONGEST_EXCERPT]}…”" if len(text) > LONGEST_EXCERPT else f"“{text}”"


def _is_reordered(mark: str, words: str) -> bool:
    """Whether the override turns letters around that run the other way by themselves."""
    other = ("L", "EN") if mark == "\u202e" else ("R", "AL")
    return sum(unicodedata.bidirectional(char) in other for char in words) > 1


def _suspicious(text: str) -> str:
    """How many there are, where that is more than typesetting needs; empty otherwise."""
    runs = [found for found in (*_RUN.finditer(text), *_SELECTORS.finditer(text)) if found.start() > 0]
    if runs:
        return f"{sum(len(found[0]) for found in runs)} in {len(runs)} runs"
    inside = [found for found in _INSIDE.finditer(text) if not _is_unspaced(text, found)]
    hard = [found for found in inside if found[0].strip("\u00ad")]
    if len(hard) > max(_MOST_INSIDE, _MOST_INSIDE_SHARE * len(text)):
        return f"{len(hard)} inside words"
    return ""


def _is_unspaced(text: str, found: re.Match[str]) -> bool:
    return bool(_UNSPACED.match(text[found.start() - 1]) or _UNSPACED.match(text[found.end()]))
