"""Terms are counted once for all, and weighed as those of a ticket that comes later are."""

from __future__ import annotations

import numpy as np
import pytest

from app.desk.triage import counting
from app.desk.triage.counting import TermCounts
from app.desk.triage.words import Wording

TEXTS = [
    Wording("The lamp flickers and the lamp is warm", "en"),
    Wording("Die Lampe flackert, und die Rechnung fehlt", "de"),
    Wording("The parcel is late", "en"),
    Wording("保修期多长", "zh"),
    Wording("", "en"),
]


def test_texts_learned_from_are_weighed_as_texts_that_come_later() -> None:
    counts = TermCounts.of(TEXTS)
    weighing = counts.weighing()
    weighed = counts.weighed(weighing).toarray()
    np.testing.assert_allclose(weighed, counts.vocabulary(weighing).counted(TEXTS).toarray())
    np.testing.assert_allclose(np.linalg.norm(weighed, axis=1), [1, 1, 1, 1, 0])


def test_a_part_knows_nothing_of_what_is_held_out() -> None:
    counts, known = TermCounts.of(TEXTS), [0, 1, 3]
    part, alone = counts.some(known), TermCounts.of([TEXTS[place] for place in known])
    of_part, of_alone = (each.vocabulary(each.weighing()) for each in (part, alone))
    assert dict(zip(of_part.terms, of_part.rarity, strict=True)) == pytest.approx(
        dict(zip(of_alone.terms, of_alone.rarity, strict=True))
    )
    assert "en:parcel" in counts.terms and "en:parcel" not in of_part.terms
    assert counts.some([2]).weighed(part.weighing()).toarray().any()  # it has other words that are known


def test_the_most_frequent_terms_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_MOST", 1)
    counts = TermCounts.of([Wording("lamp parcel", "en"), Wording("lamp", "en")])
    assert counts.vocabulary(counts.weighing()).terms == ("en:lamp",)
