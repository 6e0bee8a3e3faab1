"""Which model a company is told to take: ten companies, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import AppUserError
from app.models import recommending
from app.models.catalogue import load_catalogue
from app.models.recommending import Recommendation, recommend, region_of
from app.models.wishes import Wishes, read_codes, read_gpus

CATALOGUE = load_catalogue()
SERVER = Wishes(memory_gb=512, gpus_gb=(80.0,) * 4)


def of(wishes: Wishes) -> dict[str, Recommendation]:
    return {found.entry.name: found for found in recommend(CATALOGUE, wishes)}


def best(wishes: Wishes) -> str:
    first = recommend(CATALOGUE, wishes)[0]
    assert first.fits
    return first.entry.name


def test_a_laptop_with_8_gb_takes_the_small_llama() -> None:
    found = of(Wishes(memory_gb=8, languages=("de", "en")))
    assert best(Wishes(memory_gb=8, languages=("de", "en"))) == "llama3.2-3b"
    assert "score-low" in found["llama3.2-1b"].codes
    assert {name for name, each in found.items() if each.fits} == {"llama3.2-1b", "llama3.2-3b"}


def test_16_gb_without_a_gpu_take_what_is_quick_enough() -> None:
    wishes = Wishes(memory_gb=16, languages=("de", "fr"))
    assert best(wishes) == "llama3.1-8b"
    found = of(wishes)
    assert "slow" in found["mistral-nemo"].codes
    assert found["mistral-nemo"].fits
    assert "too-large" in found["mistral-small"].codes


def test_a_gpu_of_24_gb_holds_mistral_small() -> None:
    wishes = Wishes(memory_gb=64, gpus_gb=(24.0,), languages=("de", "pl"))
    assert best(wishes) == "mistral-small"
    found = of(wishes)
    assert "fits-gpu" in found["mistral-small"].codes
    assert "beside-gpu" in found["llama3.3-70b"].codes


def test_where_data_stays_in_the_eu_and_nothing_is_hosted_everything_runs_at_home() -> None:
    wishes = replace(SERVER, residency="eu", languages=("de", "fr"))
    found = of(wishes)
    assert "mistral-hosted" not in found
    assert all("stays-here" in each.codes for each in found.values())
    assert best(wishes) == "llama3.1-405b"
    hosted = of(replace(wishes, hosted=True))["mistral-hosted"]
    assert hosted.fits
    assert {"stays-in", "is-hosted", "licence-duties"} <= hosted.codes
    assert not of(replace(wishes, hosted=True, residency="us"))["mistral-hosted"].fits


def test_a_company_with_800_million_users_may_take_mistral_and_not_llama() -> None:
    wishes = replace(SERVER, users=800_000_000, languages=("en",))
    found = of(wishes)
    assert best(wishes) == "mistral-small"
    llamas = [each for name, each in found.items() if name.startswith("llama")]
    assert llamas
    assert all("too-many-users" in each.codes and not each.fits for each in llamas)
    reason = next(reason for reason in llamas[0].reasons if reason.code == "too-many-users")
    assert "700 000 000" in reason.text
    assert reason.source.endswith("/LICENSE")
    assert of(replace(wishes, users=700_000_000))["llama3.3-70b"].fits


def test_arabic_and_hindi_take_the_one_whose_maker_stands_for_both() -> None:
    wishes = Wishes(memory_gb=64, gpus_gb=(24.0,), languages=("ar", "hi"))
    assert best(wishes) == "mistral-nemo"
    found = of(wishes)
    assert "speaks" in found["llama3.1-8b"].codes
    assert next(each.text for each in found["llama3.1-8b"].reasons if each.code == "does-not-speak").endswith(" ar")


def test_images_may_be_read_by_llama_vision_outside_of_the_eu_only() -> None:
    wishes = replace(SERVER, needs=("answers", "vision"), languages=("en",))
    assert best(replace(wishes, residency="us")) == "llama3.2-vision-90b"
    found = of(replace(wishes, residency="eu"))
    assert not any(each.fits for each in found.values())
    assert "not-in-domicile" in found["llama3.2-vision-11b"].codes
    assert "not-in-domicile" not in found["llama3.2-3b"].codes
    assert "not-in-domicile" in of(replace(wishes, domicile="eu"))["llama3.2-vision-11b"].codes
    german = of(replace(wishes, languages=("de",)))["llama3.2-vision-90b"]
    assert "sees-in-english" in german.codes


def test_code_in_production_is_not_for_codestral() -> None:
    wishes = Wishes(memory_gb=128, gpus_gb=(48.0,), needs=("answers", "code"))
    found = of(wishes)
    assert best(wishes) == "llama3.3-70b"
    assert "no-production" in found["codestral"].codes
    assert not found["codestral"].fits
    tried = of(replace(wishes, use="evaluation"))["codestral"]
    assert tried.fits
    assert "only-evaluation" in tried.codes


def test_four_gpus_of_80_gb_hold_the_largest() -> None:
    assert best(replace(SERVER, languages=("en", "de"))) == "llama3.1-405b"
    two = replace(SERVER, memory_gb=64, gpus_gb=(80.0, 80.0), languages=("en", "de"))
    assert best(two) == "llama3.3-70b"


def test_thai_and_japanese_have_no_common_model_and_both_halves_are_said() -> None:
    wishes = Wishes(memory_gb=64, gpus_gb=(24.0,), languages=("th", "ja"))
    found = of(wishes)
    assert found[best(wishes)].covered == 1
    assert not any(each.covered == 2 for each in found.values())
    for name, does, does_not in [("llama3.1-8b", "th", "ja"), ("mistral-nemo", "ja", "th")]:
        texts = {reason.code: reason.text for reason in found[name].reasons}
        assert texts["speaks"].endswith(does)
        assert texts["does-not-speak"].endswith(does_not)


def test_every_reason_that_rests_on_a_fact_names_its_source() -> None:
    facts = {"fits-gpu", "fits-memory", "too-large", "speaks", "does-not-speak", "score", "score-low", "no-production"}
    facts |= {"too-many-users", "not-in-domicile", "licence-free", "licence-duties", "stays-in", "leaves"}
    for wishes in (SERVER, replace(SERVER, users=10**9, residency="eu", hosted=True, needs=("vision", "code"))):
        for found in recommend(CATALOGUE, replace(wishes, languages=("de", "th"))):
            assert not [reason.code for reason in found.reasons if reason.code in facts and not reason.source]


def test_every_reason_of_the_file_is_given_by_the_code() -> None:
    import inspect

    source = inspect.getsource(recommending)
    assert not [code for code in recommending._words().reasons if f'"{code}"' not in source]


def test_gpus_languages_and_countries_are_read_as_people_write_them() -> None:
    assert read_gpus(("24", "4x80", "2 × 48GB", "7,5")) == (24.0, *[80.0] * 4, 48.0, 48.0, 7.5)
    assert read_codes("de, pt-BR,AR,de") == ("de", "pt", "ar")
    assert (region_of("DE"), region_of("eu"), region_of("ch")) == ("eu", "eu", "ch")
    with pytest.raises(AppUserError, match="--gpu"):
        read_gpus(("plenty",))
    with pytest.raises(AppUserError, match="german"):
        read_codes("german")
