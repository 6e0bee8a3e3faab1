"""Every language has function words or particles, and a malformed file is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import IngestUserError
from ingest.languages import LANGUAGES
from ingest.languages import function_words as module
from ingest.languages.function_words import function_words, particle_pattern, particles


def test_every_language_has_either() -> None:
    assert set(function_words()) | set(particles()) == set(LANGUAGES)
    assert not set(function_words()) & set(particles())


@pytest.mark.parametrize(
    ("language", "word"),
    [
        *[("en", "what"), ("de", "wie"), ("fr", "est"), ("pl", "czy"), ("no", "ikkje")],
        *[("hi", "है"), ("ru", "как"), ("ar", "من"), ("el", "και")],
    ],
)
def test_the_words_of_a_frame_are_among_them(language: str, word: str) -> None:
    assert word in function_words()[language]


def test_korean_particles_end_a_word_and_the_others_stand_anywhere() -> None:
    assert particle_pattern("ko").findall("배송은 가방 요금") == ["은"]
    assert particle_pattern("zh").findall("请问怎么退货") == ["请", "怎么"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"particles\.json: cannot be read"),
        ("[]", r"particles\.json: lists of words by language"),
        ('{"ja": []}', r"particles\.json: ja: a list of words"),
        ('{"ja": ["は", 1]}', r"particles\.json: ja: a list of words"),
    ],
)
def test_a_malformed_file_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, message: str
) -> None:
    file = tmp_path / "particles.json"
    file.write_text(content, encoding="utf-8")
    monkeypatch.setattr(module, "PARTICLES", file)
    particles.cache_clear()
    try:
        with pytest.raises(IngestUserError, match=message):
            particles()
    finally:
        particles.cache_clear()
