"""What an answer costs and what a licence asks, side by side; and that both weigh in what is advised."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from app.costs.pricelist import PriceList
from eval.compare.advice import NONE
from eval.compare.comparing import Comparison, compare
from eval.compare.overview import overview
from eval.compare.page import comparison_page
from eval.gates.judging import judge
from eval.gates.policy import Gates
from eval.report.page import report_page
from eval.runs.costs import RunCost, run_cost
from eval.runs.folder import RunFolder
from eval.runs.manifest import ModelVersion
from eval.runs.outcome import Outcome
from tests.eval.made_runs import items, made_run, shares

SMALL, LARGE = "mistralai:mistral-small-latest", "mistralai:mistral-medium-3.5"
OWN, CODE = "ollama:mistral-nemo:12b", "ollama:codestral:22b"
DAY = {"currency": "EUR", "from": "2026-01-01"}
PRICES = PriceList.model_validate(
    {
        "tokens": [
            {"models": [SMALL], **DAY, "prompt": 0.2, "completion": 0.8, "source": "a contract"},
            {"models": [LARGE], **DAY, "prompt": 1.5, "completion": 7.5, "source": "https://example.com/list"},
        ],
        "hours": [{"models": ["ollama:*"], **DAY, "hardware_hour": 0.36, "source": "an invoice"}],
    }
)


def asked(busy_ms: float = 2000.0, first_ms: float = 400.0, **more: float) -> list[Outcome]:
    """Ten answers of 3,000 tokens read and 100 written."""
    values = {"total_ms": 2500.0, "first_sentence_ms": first_ms, "model_ms": busy_ms, "ms_per_token": 21.0}
    tokens = {"prompt_tokens": 3000.0, "completion_tokens": 100.0}
    return [Outcome(id=f"q-{at}", language="de", values={**values, **tokens, **more}) for at in range(10)]


def model_run(home: Path, name: str, right: int = 50, cost: list[Outcome] | None = None, **about: object) -> RunFolder:
    """A run with so many right answers of 60."""
    server = "api.eu.mistral.ai" if name.startswith("mistralai:") else ""
    model = ModelVersion.model_validate({"name": name, "server": server, **about})
    suites = {"golden": items("document_recall", shares(right, 60)), "latency": asked() if cost is None else cost}
    return made_run(home, re.sub(r"\W+", "-", name), suites, model=model)


def comparison(home: Path, right: Mapping[str, int], prices: PriceList = PRICES) -> Comparison:
    return compare({name: model_run(home, name, each) for name, each in right.items()}, prices)


def cost_of(home: Path, name: str, cost: list[Outcome]) -> RunCost:
    return run_cost(model_run(home, name, cost=cost), PRICES)


def test_an_answer_costs_its_tokens_or_its_share_of_the_machine(tmp_path: Path) -> None:
    tokens, hours = cost_of(tmp_path, SMALL, asked()), cost_of(tmp_path, OWN, asked())
    assert (tokens.per_answer, tokens.basis, tokens.answers) == (Decimal("0.00068"), "price-list", 10)
    assert (hours.per_answer, hours.basis) == (Decimal("0.0002"), "hours")
    assert (tokens.per_thousand, tokens.said, hours.said) == (Decimal("0.68"), "0.68 EUR", "0.20 EUR")


def test_an_answer_without_the_model_costs_nothing_and_one_without_a_count_is_no_zero(tmp_path: Path) -> None:
    quoted = [Outcome(id="quoted", values={"total_ms": 90.0})]
    cost = cost_of(tmp_path, SMALL, [*asked()[:1], *quoted])
    assert (cost.per_answer, cost.answers, cost.without) == (Decimal("0.00034"), 2, 0)
    uncounted = [Outcome(id="uncounted", values={"total_ms": 900.0, "model_ms": 800.0})]
    cost = cost_of(tmp_path / "more", SMALL, [*asked()[:1], *uncounted])
    assert (cost.per_answer, cost.answers, cost.without) == (Decimal("0.00068"), 1, 1)


@pytest.mark.parametrize(
    ("name", "cost", "because"),
    [
        ("quoting", asked(), "no language model is asked"),
        ("openai:llama", asked(), "no price is known"),
        (SMALL, [], "the suite latency was not run"),
        (SMALL, [Outcome(id="late", missing="model-timeout")], "the suite latency was not run"),
        (SMALL, [Outcome(id="bare", values={"model_ms": 800.0})], "its server reported no tokens"),
        (OWN, [Outcome(id="old", values={"prompt_tokens": 9.0})], "measured no seconds"),
    ],
)
def test_what_is_not_known_is_said_with_its_reason(
    tmp_path: Path, name: str, cost: list[Outcome], because: str
) -> None:
    found = cost_of(tmp_path, name, cost)
    assert (found.per_answer, found.said) == (None, "unknown")
    assert because in found.unknown


def test_of_two_that_are_level_the_cheaper_is_advised(tmp_path: Path) -> None:
    advice = {each.use: each for each in comparison(tmp_path, {LARGE: 51, SMALL: 50}).advice}
    answers = advice["answers from your documents"]
    assert answers.model == SMALL
    assert answers.because.endswith("and it costs less: 0.68 EUR for 1,000 answers, against 5.25 EUR")
    assert advice["answers at low cost"].model == SMALL


def test_a_better_one_is_advised_whatever_it_costs_but_not_for_low_cost(tmp_path: Path) -> None:
    advice = {each.use: each.model for each in comparison(tmp_path, {LARGE: 58, SMALL: 40}).advice}
    assert (advice["answers from your documents"], advice["answers at low cost"]) == (LARGE, SMALL)


def test_a_cheap_one_that_is_not_fit_is_advised_for_nothing(tmp_path: Path) -> None:
    advice = comparison(tmp_path, {LARGE: 58, OWN: 50, SMALL: 9}).advice
    assert {each.model for each in advice} == {LARGE, OWN}


@pytest.mark.parametrize("currency", ["USD", None])
def test_costs_that_cannot_be_compared_advise_nothing(tmp_path: Path, currency: str | None) -> None:
    first, second = PRICES.tokens
    other = [second.model_copy(update={"currency": currency})] if currency else []
    prices = PriceList(tokens=(first, *other))
    found = comparison(tmp_path, {LARGE: 51, SMALL: 50}, prices)
    assert {each.use for each in found.advice} == {"answers from your documents", "short waits"}
    assert "costs less" not in found.advice[0].because


def test_where_costs_say_nothing_the_licence_that_asks_for_less_is_taken(tmp_path: Path) -> None:
    found = comparison(tmp_path, {"ollama:llama3.1:8b": 51, OWN: 50}, PriceList())
    assert (found.advice[0].model, found.advice[0].because.split(", and ")[-1]) == (OWN, "its licence asks for less")


def test_a_non_production_licence_is_never_advised_and_is_the_reason_that_is_named(tmp_path: Path) -> None:
    found = comparison(tmp_path, {CODE: 60, OWN: 45})
    assert {each.model for each in found.advice} == {OWN}
    assert "not for production: ollama:codestral:22b (100.0%; Mistral AI Non-Production" in found.advice[0].because
    assert [each["model"] for each in found.as_object()["not_for_production"]] == [CODE]
    page = comparison_page(found)
    assert "allows no use in production" in page and "not for production" in page


def test_where_every_licence_rules_production_out_none_is_advised(tmp_path: Path) -> None:
    found = comparison(tmp_path, {CODE: 60, "ollama:codestral:latest": 45})
    assert {each.model for each in found.advice} == {NONE}


def test_the_object_the_table_and_the_page_have_cost_memory_and_duties_of_each(tmp_path: Path) -> None:
    runs = {
        name: model_run(tmp_path, name, memory=memory)
        for name, memory in ((OWN, 9_000_000_000), (SMALL, 0), ("openai:x</td>", 0))
    }
    found = compare(runs, PRICES)
    told = json.loads(json.dumps(found.as_object()))["models"]
    assert [each["cost"]["per_1000_answers"] for each in told] == ["0.2", "0.68", None]
    assert [each["cost"]["basis"] for each in told] == ["hours", "price-list", None]
    assert [each["memory_bytes"] for each in told] == [9_000_000_000, None, None]
    assert told[0]["licence"]["duties"][0]["source"].startswith("https://") and told[2]["licence"] is None
    rows = {row.title: [cell.text for cell in row.cells] for row in overview(found)}
    assert rows["1,000 answers cost"] == ["0.20 EUR", "0.68 EUR", "unknown"]
    assert rows["memory on the server"] == ["9.0 GB", "unknown", "unknown"]
    assert rows["for each token that the model wrote"] == ["21 ms"] * 3
    page = comparison_page(found)
    assert all(words in page for words in ("0.68 EUR", "an invoice", "energy and hardware hours", "It is not in the"))
    assert "<td>x</td>" not in page and "x&lt;/td&gt;" in page


def test_the_report_of_one_run_says_what_an_answer_costs(tmp_path: Path) -> None:
    run = model_run(tmp_path, OWN)
    gate = {"suite": "golden", "measure": "document_recall", "at_least": 0.1}
    verdict = judge(run, None, Gates.model_validate({"confidence": 0.95, "missing_at_most": 0.05, "gates": [gate]}))
    assert "1,000 answers cost 0.20 EUR: by energy and hardware hours" in report_page(run, None, verdict, PRICES)
    assert "What an answer costs is unknown: no price is known" in report_page(run, None, verdict, PriceList())
