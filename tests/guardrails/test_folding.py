"""A text is folded in one go where each character folds by itself, with the same result as character by character."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.folding import FoldedText, fold

TEXTS = st.text(st.sampled_from("aAß é\u0301\u200bﬁÑ٣３ \u3000\n\t½ＡأىकİıĞ字กู%´"), max_size=30)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_places_lead_back_to_the_character_that_was_folded(text: str) -> None:
    view = FoldedText(text)
    assert view.folded == fold(text)
    assert len(view.folded) == len(view.cased) == len(view.starts) == len(view.ends)
    for at, character in enumerate(view.folded):
        start, end = view.span(at, at + 1)
        assert character in fold(unicodedata.normalize("NFC", text[start:end]))


def test_a_folded_text_has_one_space_and_one_case() -> None:
    assert fold("Größe  １２\u200b Ａ") == "grösse 12 a"
    assert FoldedText("Größe").span(3, 5) == (3, 4), "two letters of one"
    assert FoldedText("ABC").cased == "ABC"
