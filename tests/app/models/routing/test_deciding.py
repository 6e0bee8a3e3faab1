"""Which model is asked first, whether another one is asked after it, and whose words stand."""

from __future__ import annotations

import pytest

from app.models.routing.after import Attempted, decide_after, takes_the_place
from app.models.routing.before import Known, decide_before
from app.models.routing.policy import AfterPolicy, BeforePolicy

BEFORE = BeforePolicy(thin_evidence=0.5, language=True, delicate=("legal",))
AFTER = AfterPolicy(
    withheld=0.5, no_answer=0.6, unfinished=True, failed=True, findings=("leak-secret", "wrong-language")
)
NEVER = AfterPolicy(withheld=1.0, no_answer=None, unfinished=False, failed=False)


@pytest.mark.parametrize(
    ("known", "is_large", "why"),
    [
        (Known(0.5), False, "first"),
        (Known(0.49), True, "thin-evidence"),
        (Known(0.9, is_delicate=True), True, "delicate"),
        (Known(0.9, small_covers=False), True, "language"),
        (Known(0.9, small_covers=False, large_covers=False), False, "first"),
        (Known(0.1, is_delicate=True, small_covers=False), True, "delicate"),
    ],
)
def test_the_large_model_comes_first_where_it_should(known: Known, is_large: bool, why: str) -> None:
    first = decide_before(known, BEFORE)
    assert (first.is_large, first.why) == (is_large, why)


def test_a_language_counts_only_where_the_policy_says_so() -> None:
    policy = BEFORE.model_copy(update={"language": False})
    assert not decide_before(Known(0.9, small_covers=False), policy).is_large


@pytest.mark.parametrize(
    ("attempted", "confidence", "why"),
    [
        (Attempted(shown=3), 0.9, None),
        (Attempted(shown=3, withheld=1), 0.9, None),
        (Attempted(shown=1, withheld=1), 0.9, "withheld"),
        (Attempted(withheld=1), 0.9, "withheld"),
        (Attempted(), 0.6, "no-answer"),
        (Attempted(), 0.59, None),
        (Attempted(shown=3, withheld=1, unfinished=True), 0.9, "unfinished"),
        (Attempted(shown=3, withheld=1, findings=frozenset({"leak-secret"})), 0.9, "finding"),
        (Attempted(shown=3, withheld=1, findings=frozenset({"denied"})), 0.9, None),
        (Attempted(failed="timeout"), 0.9, "model-failed"),
        (Attempted(shown=2, failed="went-away"), 0.9, "model-failed"),
    ],
)
def test_the_large_model_comes_after_where_the_gate_complains(
    attempted: Attempted, confidence: float, why: str | None
) -> None:
    assert decide_after(attempted, confidence, AFTER) == why
    all_withheld = attempted.withheld and not attempted.shown
    assert decide_after(attempted, confidence, NEVER) == ("withheld" if all_withheld else None)


@pytest.mark.parametrize(
    ("second", "first", "takes"),
    [
        (Attempted(shown=2), Attempted(), True),
        (Attempted(shown=2), Attempted(shown=1, withheld=1), True),
        (Attempted(shown=3, withheld=1), Attempted(shown=1, withheld=1), True),
        (Attempted(shown=1, withheld=3), Attempted(shown=1, withheld=1), False),
        (Attempted(), Attempted(shown=1, withheld=1), False),
        (Attempted(withheld=2), Attempted(shown=1, withheld=1), False),
        (Attempted(), Attempted(withheld=2), True),
        (Attempted(shown=2, failed="timeout"), Attempted(shown=1, withheld=1), False),
        (Attempted(shown=2, failed="timeout"), Attempted(), False),
        (Attempted(failed="timeout"), Attempted(failed="no-server"), False),
        (Attempted(shown=1, failed="went-away"), Attempted(failed="no-server"), True),
        (Attempted(), Attempted(failed="no-server"), True),
        (Attempted(), Attempted(shown=1, failed="went-away"), False),
    ],
)
def test_nothing_worse_takes_the_place_of_an_answer(second: Attempted, first: Attempted, takes: bool) -> None:
    assert takes_the_place(second, first) is takes
