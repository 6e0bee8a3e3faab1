"""What changed is found, what did not is left alone, and few questions raise no alarm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.drift.comparing import Compared
from app.drift.policy import DriftPolicy, What, load_drift_policy
from app.drift.report import Change
from tests.app.drift.asking import WEEK, Mix, asked_in, asked_over

USUAL = Mix()
BUSY = Mix(conversations=70)
POLICY = load_drift_policy()


def changes(mix: Mix, now: Mix, seed: int, policy: DriftPolicy = POLICY) -> dict[What, Change]:
    questions, vectors = asked_over(mix, now, seed)
    random = np.random.default_rng(seed)
    is_far = (random.random(len(questions)) < 0.2).tolist()
    return {each.what: each for each in Compared(questions, vectors, is_far, WEEK).changes(policy)}


def test_twenty_times_nothing_changed_and_the_alarms_are_as_rare_as_the_level_says() -> None:
    reports = [changes(USUAL, USUAL, seed) for seed in range(20)]
    wrong = [[what for what, each in report.items() if each.alarm] for report in reports]
    assert sum(map(bool, wrong)) <= 1, wrong  # at a level of 0.01 there is none in four of five such tests
    # And not because nothing is ever near an alarm: about one p-value in ten is below 0.1.
    p = [each.p or 0.0 for report in reports for each in report.values()]
    assert 0.02 < np.mean(np.array(p) < 0.1) < 0.2


@pytest.mark.parametrize(
    ("what", "now"),
    [
        ("languages", BUSY.with_(languages={"en": 0.4, "de": 0.2, "fr": 0.1, "pl": 0.3})),
        ("topics", BUSY.with_(topics=(0.2, 0.15, 0.15, 0.15, 0.1, 0.25))),
        ("abstentions", BUSY.with_(abstentions=0.4)),
        ("escalations", BUSY.with_(escalations=0.25)),
        ("evidence", BUSY.with_(evidence=0.62)),
        ("support", BUSY.with_(support=0.75)),
    ],
)
def test_what_was_planted_is_found_each_time(what: What, now: Mix) -> None:
    for seed in range(3):
        found = changes(BUSY, now, seed)
        assert found[what].alarm, (seed, found[what])
        assert found[what].size >= POLICY.least_change[what]


def test_it_says_which_language_and_which_topic_it_was() -> None:
    now = BUSY.with_(languages={"en": 0.3, "de": 0.2, "fr": 0.1, "pl": 0.4}, topics=(0.2, 0.2, 0.2, 0.1, 0.05, 0.25))
    found = changes(BUSY, now, 1)
    assert found["languages"].moved[0].name == "pl"
    assert found["languages"].moved[0].now > 0.25 > found["languages"].moved[0].before
    assert found["topics"].moved[0].name == "Document 5"
    assert found["topics"].moved[0].example == "question on topic 5"
    assert found["topics"].moved[0].before == 0


def test_questions_of_one_conversation_are_no_crowd() -> None:
    """Thirty questions in Polish are many; in one conversation of one agent they are one."""
    questions, vectors = asked_over(USUAL, USUAL, 3)
    talkative = next(each for each in questions if each.week == WEEK)
    polish = [replace(talkative, language="pl", conversation="one")] * 30
    more = np.vstack([vectors, np.repeat(vectors[:1], 30, axis=0)])
    compared = Compared([*questions, *polish], more, None, WEEK)
    language = next(each for each in compared.changes(POLICY) if each.what == "languages")
    assert language.size > POLICY.least_change["languages"] and not language.alarm


def test_a_small_week_never_raises_an_alarm_and_has_no_p_value() -> None:
    other = Mix(conversations=10, languages={"ja": 1.0}, topics=(0, 0, 0, 0, 0, 1), abstentions=1, evidence=0.1)
    found = changes(USUAL, other, 1)
    assert found["languages"].size == 1
    assert not any(each.alarm or each.p is not None for each in found.values())
    few_before = changes(Mix(conversations=2), other.with_(conversations=60), 1)
    assert not any(each.alarm for each in few_before.values())


def test_many_questions_do_not_make_a_change_that_matters_out_of_one_that_does_not() -> None:
    policy = POLICY.model_copy(update={"permutations": 999})
    found = changes(Mix(conversations=500), Mix(conversations=500, evidence=0.73), 2, policy)
    assert found["evidence"].p is not None and found["evidence"].p < 0.01
    assert not found["evidence"].alarm


def test_weeks_without_questions_have_no_figures_and_break_nothing() -> None:
    compared = Compared([], np.zeros((0, 4), dtype=np.float32), [], WEEK)
    assert [each.questions for each in compared.weeks([WEEK.before(1), WEEK])] == [0, 0]
    assert compared.weeks([WEEK])[0].abstentions is None
    assert not any(each.alarm for each in compared.changes(POLICY))
    questions, vectors = asked_in(WEEK, USUAL, np.random.default_rng(1))
    only_now = Compared(questions, vectors, None, WEEK).changes(POLICY)
    assert [each.before for each in only_now if each.what == "abstentions"] == [None]
