"""The simulated pair makes mistakes at the rates of its file, and the rules of a route make good use of it."""

from __future__ import annotations

import pytest

from app.models.routing.after import Attempted, decide_after, takes_the_place
from app.models.routing.before import Known, decide_before
from app.models.routing.policy import load_routing
from eval.routing.pair import Mistake, Rates, Simulated, Simulation, holds, load_pair
from eval.routing.server import served_pair
from eval.sample import GOLDEN
from eval.suites.golden import GoldenQuestion, read_golden

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "pl", "ja", "zh", "hi", "ar", "th")
PAIR = load_pair()
# What a mistake looks like to the rules; one that strays is true to the passages, and looks like a right answer.
SEEN: dict[Mistake, Attempted] = {
    "": Attempted(shown=1),
    "strays": Attempted(shown=1),
    "invents": Attempted(withheld=1),
    "gives_up": Attempted(),
}


def questions(count: int) -> list[GoldenQuestion]:
    return [
        GoldenQuestion(id=f"Q-{at}", question="?", language=LANGUAGES[at % len(LANGUAGES)], answerable=at % 10 > 0)
        for at in range(count)
    ]


def right(model: Simulated, golden: GoldenQuestion, seed: int = 0) -> bool:
    return not model.mistake(golden, seed)


def seen(model: Simulated, golden: GoldenQuestion) -> Attempted:
    mistake = model.mistake(golden, 0)
    return SEEN[mistake or ("" if golden.answerable else "gives_up")]


def routed(golden: GoldenQuestion) -> tuple[bool, bool]:
    """Whether the answer is right, and whether the large model was asked."""
    policy, small, large = load_routing(), PAIR.small, PAIR.large
    known = Known(0.8, small_covers=golden.language in small.languages, large_covers=True)
    if decide_before(known, policy.before).is_large:
        return right(large, golden), True
    first = seen(small, golden)
    if decide_after(first, known.confidence, policy.after) is None:
        return right(small, golden), False
    return right(large if takes_the_place(seen(large, golden), first) else small, golden), True


def test_of_the_large_models_quality_nine_tenths_are_had_for_four_tenths_of_its_calls() -> None:
    asked = questions(6000)
    small, large = (sum(right(model, each) for each in asked) for model in (PAIR.small, PAIR.large))
    came = [routed(each) for each in asked]
    quality, calls = sum(is_right for is_right, _ in came), sum(is_large for _, is_large in came)
    assert quality >= 0.9 * large > small  # which the small one alone does not reach
    assert calls <= 0.4 * len(asked)


@pytest.mark.parametrize("model", [PAIR.small, PAIR.large], ids=["small", "large"])
def test_mistakes_come_at_the_rates_of_the_file(model: Simulated) -> None:
    asked = [each for each in questions(20_000) if each.answerable]
    own = [each for each in asked if each.language in model.languages or "mul" in model.languages]
    for mistake in ("invents", "gives_up", "strays"):
        share = sum(model.mistake(each, 0) == mistake for each in own) / len(own)
        assert share == pytest.approx(getattr(model.own, mistake), abs=0.01)
    assert [model.mistake(each, 0) for each in asked[:50]] == [model.mistake(each, 0) for each in asked[:50]]
    assert [model.mistake(each, 0) for each in asked[:99]] != [model.mistake(each, 1) for each in asked[:99]]


def test_rates_beyond_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="come to more than 1"):
        Rates(invents=0.5, gives_up=0.4, strays=0.2)


def test_every_answerable_question_of_the_sample_has_its_right_answer() -> None:
    from eval.routing.pair import _answers

    assert set(_answers()) == {each.id for each in read_golden(GOLDEN) if each.answerable}


def test_a_quote_is_found_in_prose_and_by_the_cells_of_a_row() -> None:
    assert holds("Goods\nare kept for\n60 days.", "are kept for 60 days")
    assert holds("| Land | Grenze |\n| Österreich | 8,90 € | 89,00 € |", "Österreich | 89,00 €")
    assert not holds("| Österreich | 8,90 € |\n| Deutschland | 89,00 € |", "Österreich | 89,00 €")
    assert not holds("anything", "")


def test_it_answers_golden_questions_and_nothing_else() -> None:
    golden = next(each for each in read_golden(GOLDEN) if each.id == "W-010")
    fence = f"=====PASSAGES-{'0' * 16}====="
    prompt = f"Passages:\n{fence}\n[1] Other\nNothing.\n\n[2] Lager\n{golden.quote}\n{fence}\n\nQuestion: "
    simulation = Simulation([golden])
    assert simulation.write(PAIR.large, prompt + golden.question).endswith("in pallet cage F [2].")
    assert simulation.write(PAIR.large, f"{prompt}What is the capital of Mongolia?") == "NO_ANSWER"
    assert simulation.write(PAIR.large, golden.question) == "NO_ANSWER"


def test_the_server_speaks_ollamas_protocol_as_far_as_a_chat_needs_it() -> None:
    import httpx

    with served_pair(PAIR, Simulation([]), patience=0) as url:
        listed = httpx.get(f"{url}/api/tags").json()["models"]
        assert [each["name"] for each in listed] == [PAIR.small.tag, PAIR.large.tag]
        messages = [{"role": "user", "content": "How long?"}]
        answer = httpx.post(f"{url}/api/chat", json={"model": PAIR.small.tag, "messages": messages})
        assert '"done": true' in answer.text.splitlines()[-1]
        assert httpx.post(f"{url}/api/chat", json={"model": "other", "messages": messages}).status_code == 404
        assert httpx.get(f"{url}/elsewhere").status_code == 404
