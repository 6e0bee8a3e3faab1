"""A small model first, a large one where it pays: who is asked, whose words stand, and what is on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.answers import Answer, Event, Finished, Generating, ModelFailed, Question, SentenceReady, Usage, Withdrawn
from app.asking import ask_and_print
from app.assistant import Assistant
from app.conversations.partial import PartialAnswer
from app.conversations.store import ConversationStore
from app.models.routing.policy import POLICY_PATH
from app.routed import is_delicate
from guardrails.policy import load_policy
from tests.app.conftest import RETURNS, WARRANTY, AssistantMaker, answer_of, events_of, shown
from tests.app.scripting import Script, says
from tests.conftest import with_models
from tests.support.ollama import Fault, OllamaServer, Reply, ScriptedBackend
from tests.support.ollama.backend import GenerationRequest

SMALL, LARGE = "llama3.1:8b", "mistral-small:24b"
ROUTE = f"routed:ollama:{SMALL},ollama:{LARGE}"
DAYS = "An article can be sent back within 45 days of delivery [{45 days}]."
LABEL = "The return label costs 6.90 € [{6.90 €}]."
WRONG = "An article can be sent back within 99 days of delivery [{45 days}]."
LINK = "The return label costs 6.90 €, see https://labels.example.net/login [{6.90 €}]."
SECOND_TRY = "Refused sentence:"
NEVER_THIN, ALWAYS_THIN = "thin_evidence: 0.0", "thin_evidence: 1.0"


@dataclass
class Pair:
    """Both models, each with what it says whenever it is asked; a refused sentence is not written anew."""

    server: OllamaServer[ScriptedBackend]
    make: Callable[..., Assistant]
    replies: dict[str, Script | Reply | Fault] = field(default_factory=dict)

    def says(self, small: Script | Reply | Fault | str, large: Script | Reply | Fault | str = DAYS) -> None:
        for tag, reply in ((SMALL, small), (LARGE, large)):
            self.replies[tag] = says(reply) if isinstance(reply, str) else reply

    def reply(self, request: GenerationRequest) -> Reply | Fault:
        if SECOND_TRY in request.user_text:
            return Reply("NO_ANSWER")
        reply = self.replies[str(request.body["model"])]
        return reply(request) if callable(reply) else reply

    @property
    def asked(self) -> list[str]:
        return [str(each["model"]) for each in self.server.requests if SECOND_TRY not in json.dumps(each)]

    def answer(self, question: str = RETURNS, **settings: object) -> Answer:
        return answer_of(self.make(**settings), question)


@pytest.fixture
def home(tmp_path: Path, models_folder: Path) -> Path:
    home = tmp_path / "home"
    with_models(home, models_folder)
    return home


@pytest.fixture
def policy(tmp_path: Path) -> Callable[..., Path]:
    """Writes a policy with some of the shipped words changed."""

    def write(*changes: tuple[str, str]) -> Path:
        text = POLICY_PATH.read_text(encoding="utf-8")
        for old, new in (("thin_evidence: 0.40", NEVER_THIN), *changes):
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / f"routing{len(list(tmp_path.iterdir()))}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def pair(small_assistant: AssistantMaker, home: Path, policy: Callable[..., Path]) -> Iterator[Pair]:
    def make(**settings: object) -> Assistant:
        given = {"home": home, "ollama_url": server.url, "model": ROUTE, "routing": policy(), **settings}
        return small_assistant(**given)

    backend = ScriptedBackend()
    with OllamaServer(backend, models=(SMALL, LARGE)) as server:
        both = Pair(server, make)
        backend._default = both.reply
        yield both


def told(answer: Answer) -> list[tuple[str, str, int, int, bool]]:
    return [
        (each.model.removeprefix("ollama:"), each.why, each.shown, each.withheld, each.wrote)
        for each in answer.attempts
    ]


def seen_by_reader(events: list[Event]) -> list[str]:
    """What the page shows when all is written."""
    partial = PartialAnswer()
    for event in events:
        partial = partial.after(event)
    return [sentence.text for sentence in partial.sentences]


def spent_today(home: Path) -> int:
    file = home / "routing.json"
    return int(json.loads(file.read_text(encoding="utf-8"))["calls"]) if file.exists() else 0


class TestTheSmallModelAnswers:
    def test_a_good_answer_costs_no_call_of_the_large_model(self, pair: Pair, home: Path) -> None:
        pair.says(DAYS)
        given = pair.answer()
        assert (given.action, given.model) == ("answer", f"ollama:{SMALL}")
        assert told(given) == [(SMALL, "first", 1, 0, True)]
        assert given.usage == given.attempts[0].usage != Usage()
        assert given.attempts[0].milliseconds > 0
        assert pair.asked == [SMALL]
        assert spent_today(home) == 0

    def test_a_model_without_a_route_is_on_record_as_well(self, pair: Pair) -> None:
        pair.says(DAYS)
        assert told(pair.answer(model=f"ollama:{SMALL}")) == [(SMALL, "first", 1, 0, True)]
        assert pair.answer(model="quoting").attempts == ()


class TestTheLargeModelIsAskedAtOnce:
    def test_where_the_evidence_is_thin(self, pair: Pair, policy: Callable[..., Path], home: Path) -> None:
        pair.says("never asked")
        given = pair.answer(routing=policy((NEVER_THIN, ALWAYS_THIN)))
        assert told(given) == [(LARGE, "thin-evidence", 1, 0, True)]
        assert (given.model, pair.asked, spent_today(home)) == (f"ollama:{LARGE}", [LARGE], 1)

    def test_where_the_small_one_is_not_good_at_the_language(self, pair: Pair) -> None:
        pair.says("never asked", "Lumo R2の保証期間は購入日から2年間です[{2年間}]。")
        assert told(pair.answer(WARRANTY)) == [(LARGE, "language", 1, 0, True)]

    def test_where_the_case_is_delicate(self, pair: Pair) -> None:
        pair.says(DAYS)
        question = "How many days does a customer have to send an article of {} euros back?"
        assert told(pair.answer(question.format(900))) == [(LARGE, "delicate", 1, 0, True)]
        assert told(pair.answer(question.format(90))) == [(SMALL, "first", 1, 0, True)]

    def test_and_the_small_one_takes_over_when_it_fails(self, pair: Pair, policy: Callable[..., Path]) -> None:
        pair.says(DAYS, Fault.out_of_memory())
        given = pair.answer(routing=policy((NEVER_THIN, ALWAYS_THIN)))
        assert told(given) == [(LARGE, "thin-evidence", 0, 0, False), (SMALL, "model-failed", 1, 0, True)]
        assert given.attempts[0].failed == "out-of-memory"
        assert (given.action, given.model, given.reasons) == ("answer", f"ollama:{SMALL}", ("large-model-failed",))


class TestTheLargeModelIsAskedAfterwards:
    @pytest.mark.parametrize(
        ("small", "why"),
        [
            (WRONG, "withheld"),
            (f"{LABEL} {WRONG}", "withheld"),
            ("NO_ANSWER", "no-answer"),
            (f"{LABEL} {DAYS} {LINK} The label costs 6.90 €, whatever the article is [{{6.90 €}}].", "finding"),
            (Fault.out_of_memory(), "model-failed"),
            (Fault.disconnect_after(2), "model-failed"),
        ],
        ids=["withheld", "half-withheld", "no-answer", "finding", "failed", "went-away"],
    )
    def test_where_the_gate_complains_or_nothing_came(
        self, pair: Pair, policy: Callable[..., Path], small: Script | Reply | Fault | str, why: str
    ) -> None:
        pair.says(small)
        events = events_of(pair.make(routing=policy(("no_answer: 0.6", "no_answer: 0.0"))), RETURNS)
        last = events[-1]
        assert isinstance(last, Finished)
        given = last.answer
        assert shown(given) == ["An article can be sent back within 45 days of delivery."]
        assert seen_by_reader(events) == shown(given)
        assert (given.model, given.action, given.reasons) == (f"ollama:{LARGE}", "answer", ())
        assert [each.wrote for each in given.attempts] == [False, True]
        assert given.attempts[1].why == why
        assert given.usage == given.attempts[0].usage + given.attempts[1].usage
        assert not any(isinstance(event, ModelFailed) for event in events)

    def test_an_unfinished_answer_is_one_reason(self, pair: Pair) -> None:
        pair.says(f"{LABEL} {DAYS} A customer may send an article back within forty five days of")
        given = pair.answer(num_predict=30)
        assert given.attempts[0].unfinished
        assert (given.attempts[1].why, given.model) == ("unfinished", f"ollama:{LARGE}")

    def test_what_was_shown_meanwhile_is_withdrawn_and_citations_begin_anew(self, pair: Pair) -> None:
        pair.says(f"{LABEL} {WRONG}")
        events = events_of(pair.make(), RETURNS)
        order = [type(event) for event in events if isinstance(event, Generating | SentenceReady | Withdrawn)]
        assert order == [Generating, SentenceReady, Withdrawn, Generating, SentenceReady]
        withdrawn = next(event for event in events if isinstance(event, Withdrawn))
        assert (withdrawn.model, withdrawn.why) == (f"ollama:{LARGE}", "withheld")
        last = events[-1]
        assert isinstance(last, Finished)
        (citation,) = last.answer.citations
        assert (citation.n, "45 days" in citation.quote) == (1, True)


class TestNeverWorseThanTheSmallModelAlone:
    @pytest.mark.parametrize(
        ("large", "reasons"),
        [
            ("NO_ANSWER", ()),
            (WRONG, ()),
            (f"{WRONG} {WRONG.replace('99', '98')} {LABEL}", ()),
            (Fault.out_of_memory(), ("large-model-failed",)),
            (Reply(f"{DAYS} ", fault=Fault.disconnect_after(30), check_format=False), ("large-model-failed",)),
        ],
        ids=["no-answer", "withheld", "more-withheld", "failed", "went-away"],
    )
    def test_what_it_had_checked_comes_back(
        self, pair: Pair, large: Script | Reply | Fault | str, reasons: tuple[str, ...]
    ) -> None:
        pair.says(f"{LABEL} {WRONG}", large)
        events = events_of(pair.make(), RETURNS)
        last = events[-1]
        assert isinstance(last, Finished)
        assert shown(last.answer) == ["The return label costs 6.90 €."] == seen_by_reader(events)
        assert last.answer.model == f"ollama:{SMALL}"
        assert [each.wrote for each in last.answer.attempts] == [True, False]
        assert last.answer.reasons == reasons
        assert [citation.n for citation in last.answer.citations] == [1]

    def test_without_a_call_left_its_checked_answer_stands_and_says_why(
        self, pair: Pair, policy: Callable[..., Path], home: Path
    ) -> None:
        pair.says(f"{LABEL} {WRONG}")
        one = policy(("calls: 1000", "calls: 1"))
        assert pair.answer(routing=one).model == f"ollama:{LARGE}"
        given = pair.answer(routing=one)
        assert (shown(given), given.model) == (["The return label costs 6.90 €."], f"ollama:{SMALL}")
        assert (given.reasons, told(given)) == (("large-budget-spent",), [(SMALL, "first", 1, 1, True)])
        assert spent_today(home) == 1
        thin = policy((NEVER_THIN, ALWAYS_THIN), ("calls: 1000", "calls: 1"))
        assert told(pair.answer(routing=thin)) == [(SMALL, "budget-spent", 1, 1, True)]

    def test_a_damaged_count_lets_nobody_ask_the_large_model(self, pair: Pair, home: Path) -> None:
        (home / "routing.json").write_text("{", encoding="utf-8")
        pair.says(f"{LABEL} {WRONG}")
        assert pair.answer().reasons == ("large-budget-spent",)
        assert pair.asked == [SMALL]

    def test_where_neither_can_be_asked_quotes_answer(self, pair: Pair) -> None:
        pair.says(Fault.out_of_memory(), Fault.out_of_memory())
        events = events_of(pair.make(), RETURNS)
        last = events[-1]
        assert isinstance(last, Finished)
        assert (last.answer.action, last.answer.model) == ("answer", "quoting")
        assert last.answer.reasons == ("large-model-failed", "model-out-of-memory")
        assert [event.code for event in events if isinstance(event, ModelFailed)] == ["out-of-memory"]
        assert not any(each.wrote for each in last.answer.attempts)

    def test_money_is_paid_by_the_tokens_of_the_large_model(
        self, pair: Pair, policy: Callable[..., Path], home: Path, tmp_path: Path
    ) -> None:
        pair.says("NO_ANSWER")
        prices = tmp_path / "prices.yaml"
        entry = {"models": [f"ollama:{LARGE}"], "prompt": 1000, "completion": 0, "currency": "EUR"}
        prices.write_text(json.dumps({"tokens": [entry | {"from": "2020-01-01", "source": "us"}]}), encoding="utf-8")
        rich = policy(("money: null", "money: 1000"), ("no_answer: 0.6", "no_answer: 0.0"))
        given = pair.answer(routing=rich, prices=prices)
        spent = json.loads((home / "routing.json").read_text(encoding="utf-8"))
        assert spent["money"] == pytest.approx(given.attempts[1].usage.prompt_tokens / 1000)
        poor = policy(("money: null", "money: 10"), ("no_answer: 0.6", "no_answer: 0.0"))
        assert pair.answer(routing=poor, prices=prices).reasons == ("large-budget-spent", "model-found-no-answer")
        assert pair.answer(routing=rich).reasons[0] == "large-budget-spent"  # without a price, none knows the cost


@pytest.mark.parametrize(
    ("codes", "delicate", "found"),
    [
        (["topic:legal"], ["legal"], True),
        (["topic:abuse", "topic:legal"], ["legal"], True),
        (["topic:legal", "topic:abuse"], ["abuse"], True),
        (["topic:legal"], ["medical"], False),
        ([], ["legal", "medical", "value-at-stake"], False),
    ],
)
def test_a_case_is_delicate_when_a_rule_of_escalation_says_so(
    codes: list[str], delicate: list[str], found: bool
) -> None:
    assert is_delicate("How long does it take?", "en", load_policy(), codes, delicate) is found


def test_an_amount_that_cannot_be_weighed_is_delicate_where_amounts_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.routed.amounts_in", lambda *_: None)
    text, guards = "What does it cost?", load_policy()
    assert is_delicate(text, "en", guards, [], ["value-at-stake"])
    assert not is_delicate(text, "en", guards, [], ["legal"])


def test_attempts_are_kept_with_the_answer_and_old_answers_have_none(pair: Pair, tmp_path: Path) -> None:
    pair.says("NO_ANSWER")
    given = pair.answer()
    store = ConversationStore(f"sqlite:///{tmp_path / 'conversations.sqlite'}")
    try:
        message = store.start_answer(store.create().id, RETURNS)
        store.finish_answer(message, "finished", given)
        kept = store.message(message).answer
        assert kept is not None
        assert kept.attempts == given.attempts
    finally:
        store.close()
    old = given.model_dump(mode="json")
    del old["attempts"]
    assert Answer.model_validate(old).attempts == ()


def test_on_the_command_line_nothing_is_printed_that_is_withdrawn(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pair.says(f"{LABEL} {WRONG}")
    assistant = pair.make()
    monkeypatch.setattr("app.asking.open_assistant", lambda _settings: assistant)
    monkeypatch.setattr(assistant, "close", lambda: None)
    ask_and_print(Question(text=RETURNS), as_json=False)
    printed = capsys.readouterr()
    assert "within 45 days of delivery" in printed.out
    assert "label" not in printed.out.split("[1]")[0]
    assert f"ollama:{LARGE} goes on (withheld)" in printed.err
    ask_and_print(Question(text=RETURNS), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert [each["why"] for each in found["attempts"]] == ["first", "withheld"]
