"""The price list: which entry counts, what its file must say, and that a mistake is named with its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from app.costs.pricelist import FILE, PriceList, load_prices
from app.errors import AppUserError

DAY = date(2026, 11, 22)
EU = "api.eu.mistral.ai"
OWN = """
tokens:
  - {models: ["mistralai:*"], currency: EUR, from: 2026-06-01, prompt: 0.10, completion: 0.40, source: our contract}
hours:
  - models: ["ollama:mistral*"]
    currency: EUR
    from: 2026-01-01
    hardware: {price: 2922, years: 4, hours_a_day: 8}
    watts: 500
    kwh: 0.30
    source: invoice
  - {models: ["ollama:*"], currency: EUR, from: 2026-01-01, hardware_hour: 1.20, at_once: 4, source: rent}
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "prices.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_prices_all_have_an_address_and_a_server() -> None:
    prices = load_prices()
    assert prices.tokens and not prices.hours
    assert all(each.source.startswith("https://github.com/mistralai/") and each.server for each in prices.tokens)


def test_inference_in_the_eu_costs_a_tenth_more_than_mistrals_list() -> None:
    prices = load_prices()
    for model in ("mistralai:mistral-small-latest", "mistralai:mistral-medium-3.5"):
        eu, anywhere = (prices.token_price(model, DAY, server) for server in (EU, "api.mistral.ai"))
        assert eu is not None and anywhere is not None
        assert (eu.prompt, eu.completion) == (anywhere.prompt * Decimal("1.1"), anywhere.completion * Decimal("1.1"))


def test_before_its_first_day_at_another_server_and_for_another_model_a_price_is_unknown() -> None:
    prices = load_prices()
    assert prices.token_price("mistralai:mistral-small-latest", date(2026, 3, 15), EU) is None
    assert prices.token_price("mistralai:mistral-small-latest", DAY, "proxy.example.com") is None
    assert prices.token_price("mistralai:mistral-medium-latest", DAY, EU) is None
    assert prices.token_price("ollama:llama3.1:8b", DAY) is None


def test_the_companys_own_prices_come_first_and_the_others_stay(tmp_path: Path) -> None:
    prices = load_prices(written(tmp_path, OWN))
    own = prices.token_price("mistralai:Mistral-Small-latest", DAY, EU)
    assert own is not None and own.source == "our contract"
    earlier = prices.token_price("mistralai:mistral-small-latest", date(2026, 4, 1), EU)
    assert earlier is not None and earlier.currency == "USD"


def test_an_hour_is_the_machines_share_and_its_power(tmp_path: Path) -> None:
    prices = load_prices(written(tmp_path, OWN))
    mistral = prices.hour_price("ollama:mistral:7b", DAY)
    llama = prices.hour_price("ollama:llama3.1:8b", DAY)
    assert mistral is not None and llama is not None
    assert mistral.hour == Decimal("0.25") + Decimal("0.15")  # 2922 / (4 × 365.25 × 8), and half a kilowatt
    assert llama.hour == Decimal("0.30")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("hardware_hour: 1.20, ", "", 12, "give hardware_hour, or hardware, or watts and kwh"),
        ("    watts: 500\n", "", 5, "watts and kwh belong together"),
        ("prompt: 0.10", "prompt: -1", 3, "greater than or equal to 0"),
        ("prompt: 0.10", "prompt: .nan", 3, "prompt"),
        ("currency: EUR, from: 2026-06-01", "currency: euro, from: 2026-06-01", 3, "currency"),
        ("from: 2026-06-01", "from: soon", 3, "from"),
        ("source: our contract", "sauce: our contract", 3, "sauce: this key is not known"),
        ("hours_a_day: 8", "hours_a_day: 25", 8, "less than or equal to 24"),
        ("hours:", "tokens:", 4, "'tokens' is given twice"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    file = written(tmp_path, OWN.replace(old, new))
    with pytest.raises(AppUserError) as raised:
        load_prices(file)
    assert str(raised.value).startswith(f"{file}:{line}: ")
    assert says in str(raised.value) and "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AppUserError, match="does not exist"):
        load_prices(tmp_path / "none.yaml")


def test_the_example_in_the_shipped_file_is_one_that_is_taken() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    begin = lines.index("#   hours:")
    example = [line.removeprefix("#   ") for line in lines[begin : lines.index("", begin)]]
    assert PriceList.model_validate(yaml.safe_load("\n".join(example))).hours[0].watts == 350
