"""The twins are as their README says, and the grounding suite reads them sentence by sentence."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.errors import EvalUserError
from eval.grounding_lines import read_grounding
from eval.twins import OWN_SET, Family, holds_twins, read_twins

LANGUAGES = {"ar", "de", "en", "es", "fr", "hi", "it", "ja", "pl", "pt", "th", "zh"}
SCRIPTS = {
    "ar": "[\u0600-\u06ff]", "hi": "[\u0900-\u097f]", "ja": "[\u3040-\u30ff\u4e00-\u9fff]", "th": "[\u0e00-\u0e7f]",
    "zh": "[\u4e00-\u9fff]",
}  # fmt: skip
FAMILY: dict[str, Any] = {
    "id": "shop-001",
    "languages": ["en", "de", "ja"],
    "evidence": {
        "en": ["Returns take 14 days.", "Postage is 5 €.", "Gold is free."],
        "de": ["Rückgabe binnen 14 Tagen.", "Das Porto ist 5 €.", "Gold ist frei."],
        "ja": ["返品は14日以内です。", "送料は5ユーロです。", "ゴールドは無料です。"],
    },
    "claims": [
        {
            "kind": "deadline",
            "at": [0],
            "true": {"en": "You have two weeks.", "de": "Sie haben zwei Wochen.", "ja": "2週間あります。"},
            "false": {"en": "You have two months.", "de": "Sie haben zwei Monate.", "ja": "2か月あります。"},
        }
    ]
    * 5,
}


@pytest.fixture(scope="module")
def families() -> list[Family]:
    return read_twins()


def test_every_language_and_kind_has_its_share(families: list[Family]) -> None:
    spoken = Counter(language for family in families for language in family.languages)
    kinds = Counter(twins.kind for family in families for twins in family.claims)
    assert set(spoken) == LANGUAGES
    assert min(spoken.values()) == max(spoken.values()) == 200
    assert min(kinds.values()) > 280
    assert max(kinds.values()) < 380


def test_nothing_stands_there_twice(families: list[Family]) -> None:
    assert len({family.id for family in families}) == len(families)
    said = Counter(
        text
        for family in families
        for twins in family.claims
        for texts in (twins.true, twins.false)
        for text in texts.values()
    )
    assert [text for text, times in said.items() if times > 1] == []


def test_texts_are_in_the_writing_of_their_language(families: list[Family]) -> None:
    wrong = [
        (family.id, language, text)
        for family in families
        for texts in [{of: " ".join(text) for of, text in family.evidence.items()}]
        + [each for twins in family.claims for each in (twins.true, twins.false)]
        for language, text in texts.items()
        if language in SCRIPTS and not re.search(SCRIPTS[language], text)
    ]
    assert wrong == []


def test_a_false_claim_is_as_long_as_the_true_one(families: list[Family]) -> None:
    true, false = (
        sum(len(text) for family in families for twins in family.claims for text in getattr(twins, side).values())
        for side in ("true", "false")
    )
    assert 0.95 < true / false < 1.05


def test_the_grounding_suite_reads_them_sentence_by_sentence() -> None:
    lines = read_grounding(OWN_SET)
    assert len(lines) == 8000
    assert sum(line.supported for line in lines) == 4000
    alike = sum(line.passage_languages == (line.language,) for line in lines)
    assert alike == 3200
    assert {line.language for line in lines} == LANGUAGES
    assert not holds_twins(OWN_SET.parent / "grounding")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"languages": ["en", "de", "en"]}, "three languages"),
        ({"evidence": FAMILY["evidence"] | {"ja": ["返品は14日以内です。"]}}, "as many sentences"),
        ({"claims": [FAMILY["claims"][0] | {"at": [3]}] * 5}, "does not have"),
        ({"claims": [FAMILY["claims"][0] | {"kind": "mood"}] * 5}, "claims.0.kind"),
        ({"id": "eins"}, "id"),
    ],
)
def test_a_family_that_does_not_hold_together_is_named(changed: dict[str, object], named: str, tmp_path: Path) -> None:
    file = tmp_path / "twins.jsonl"
    file.write_text("\n".join(json.dumps(each) for each in (FAMILY, FAMILY | changed)), encoding="utf-8")
    with pytest.raises(EvalUserError, match=r"twins\.jsonl:2: .*" + named):
        read_grounding(file)
