"""Citation markers are read in every form models write them."""

from __future__ import annotations

import pytest

from guardrails.citations import parse_citations
from tests.support.patience import processor_seconds


@pytest.mark.parametrize(
    ("sentence", "clean", "numbers"),
    [
        ("You have 14 days [1].", "You have 14 days.", (1,)),
        ("You have 14 days. [2]", "You have 14 days.", (2,)),
        ("Both say so [1, 2][4].", "Both say so.", (1, 2, 4)),
        ("All say so [1-3].", "All say so.", (1, 2, 3)),
        ("14日以内です［1］。", "14日以内です。", (1,)),
        ("可以退货【2】。", "可以退货。", (2,)),
        ("خلال ١٤ يومًا [١، ٢].", "خلال ١٤ يومًا.", (1, 2)),
        ("ภายใน 14 วัน [๓]", "ภายใน 14 วัน", (3,)),
        ("Twice [2] the same [2].", "Twice the same.", (2,)),
        ("Nothing is cited.", "Nothing is cited.", ()),
        ("Neither [x] nor [2026] is one.", "Neither [x] nor [2026] is one.", ()),
        ("A range nobody means [1-900].", "A range nobody means.", (1, 900)),
    ],
)
def test_markers_are_taken_out_and_their_numbers_returned(sentence: str, clean: str, numbers: tuple[int, ...]) -> None:
    assert parse_citations(sentence) == (clean, numbers)


@pytest.mark.parametrize("hostile", [" " * 200_000, "[1" * 100_000, "[1," + "2," * 100_000, " \t" * 100_000 + "x"])
def test_hostile_text_takes_linear_time(hostile: str) -> None:
    assert processor_seconds(lambda: parse_citations(hostile)) < 3
