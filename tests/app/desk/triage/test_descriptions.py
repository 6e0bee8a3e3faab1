"""What labels are for, as a company writes it down."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from app.desk.triage.descriptions import described_texts, read_descriptions
from app.errors import AppUserError


def test_every_name_and_sentence_is_learned_from_in_its_language(tmp_path: Path) -> None:
    file = tmp_path / "labels.yaml"
    file.write_text(
        "queue:\n  Versand: Wo ist mein Paket? Das Paket ist verloren.\n  返品: 商品を返品したい。\n", encoding="utf-8"
    )
    texts = described_texts(read_descriptions(file))
    assert [(each.text, each.language, each.labels["queue"]) for each in texts] == [
        ("Versand", "de", "Versand"),
        ("Wo ist mein Paket?", "de", "Versand"),
        ("Das Paket ist verloren.", "de", "Versand"),
        ("返品", "ja", "返品"),
        ("商品を返品したい。", "ja", "返品"),
    ]


def test_the_samples_file_describes_every_queue_of_its_tickets() -> None:
    sample = Path(str(resources.files("ingest") / "sample"))
    assert set(read_descriptions(sample / "labels.yaml")["queue"]) >= {"Payments", "Shipping", "Returns", "Safety"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "describes nothing"),
        ("queue: Shipping\n", "queue: Input should be a valid dictionary"),
        ("colour:\n  red: x\n", "colour: Extra inputs"),
        ("queue:\n  A: b: c\n", "labels.yaml:2: is no YAML"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "labels.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(AppUserError) as raised:
        read_descriptions(file)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    with pytest.raises(AppUserError, match="cannot be read"):
        read_descriptions(tmp_path / "none.yaml")
