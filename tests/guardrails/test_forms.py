"""Words and phrases are found where they stand, whole or with any ending."""

from __future__ import annotations

from guardrails.entailment.forms import Forms, longest
from guardrails.entailment.lexicon import find_cues

FORMS = Forms(
    {"no": ["neg"], "no longer": ["ended"], "not": ["neg"], "exclu*": ["deny"], "不": ["neg"], "غير": ["neg"]}
)


def found(text: str) -> list[tuple[int, int, str]]:
    return list(FORMS.find(text))


def test_a_form_at_the_end_of_a_text_ends_with_it() -> None:
    assert found("so no") == [(3, 5, "neg")]
    assert [(cue.start, cue.end) for cue in find_cues("it is not", "en") if cue.group == "neg"] == [(6, 9)]


def test_a_form_is_a_whole_word_and_a_stem_takes_the_rest() -> None:
    assert found("another knot, excluded\nno\nlonger") == [(14, 22, "deny"), (23, 32, "ended"), (23, 25, "neg")]


def test_writings_without_spaces_and_particles_written_on_are_seen_through() -> None:
    assert found("它不是") == [(1, 2, "neg")]
    assert found("وغير ذلك") == [(1, 4, "neg")]


def test_only_the_longest_of_a_group_is_kept() -> None:
    several = [(0, 4, "a"), (0, 9, "a"), (5, 9, "a"), (0, 4, "b"), (9, 12, "a"), (9, 12, "a")]
    assert longest(several, lambda each: each[2]) == [several[1], *several[3:]]
    assert longest(several) == [several[1], *several[4:]]
