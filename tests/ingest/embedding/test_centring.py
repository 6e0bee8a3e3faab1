"""Without its language's mean, a text is nearest to its translations and no longer to strangers in its language."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.embedding.base import Embedder, Encoded, Progress, TextKind
from ingest.embedding.centring import (
    SHIPPED,
    CentredEmbedder,
    LanguageMeans,
    Means,
    estimate,
    language_means,
    means_file,
)
from ingest.languages.calibration import calibration_digest, calibration_texts
from tests.ingest.embedding.texts import MESSAGES

Vectors = NDArray[np.float32]
KINDS: tuple[TextKind, ...] = ("query", "passage")
Embed = Callable[[Sequence[str], str], Vectors]


def share_nearer_to_translations(embed: Embed, language: str, others: Sequence[str]) -> float:
    """How often a message is nearer to its translation than to every other message of its own language."""
    own = embed(MESSAGES[language], language)
    strangers = np.where(np.eye(len(own), dtype=bool), -1.0, own @ own.T).max(axis=1)
    translated = [(own * embed(MESSAGES[other], other)).sum(axis=1) for other in others if other != language]
    return float(np.mean([row > strangers for row in translated]))


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_translations_are_nearer_than_strangers_in_the_same_language(embedder: CentredEmbedder, kind: TextKind) -> None:
    vectors: dict[str, Vectors] = {
        language: embedder.embed(messages, [language] * len(messages), kind) for language, messages in MESSAGES.items()
    }
    raw = {language: embedder.embedder.embed(messages, kind) for language, messages in MESSAGES.items()}
    shares = {
        language: share_nearer_to_translations(lambda _texts, code: vectors[code], language, list(MESSAGES))
        for language in MESSAGES
    }
    before = {
        language: share_nearer_to_translations(lambda _texts, code: raw[code], language, list(MESSAGES))
        for language in MESSAGES
    }
    assert len(shares) >= 10
    assert min(shares.values()) >= 0.95, shares
    assert np.mean(list(before.values())) < 0.9  # or this test would prove nothing
    known = {text for texts in calibration_texts().values() for text in (*texts.passages, *texts.questions)}
    assert not known & {message for messages in MESSAGES.values() for message in messages}


MEANS = LanguageMeans(
    ["de", "en"],
    np.array([[0.6, 0.0], [0.0, 0.4]], dtype=np.float32),
    np.array([[0.0, 0.6], [0.4, 0.0]], dtype=np.float32),
)
UNIT = np.array([[1.0, 0.0]], dtype=np.float32)


def test_queries_and_passages_lose_means_of_their_own() -> None:
    slanted = np.array([[0.6, 0.8]], dtype=np.float32)
    assert MEANS.centred(slanted, ["de"], "query").tolist() == [[0.0, 1.0]]
    assert MEANS.centred(slanted, ["de"], "passage") == pytest.approx(np.array([[0.6, 0.2]]) / np.hypot(0.6, 0.2))


def test_a_language_that_was_never_measured_loses_the_mean_of_all() -> None:
    expected = np.array([[0.7, -0.2]]) / np.hypot(0.7, 0.2)
    assert MEANS.centred(UNIT, ["xx"], "query") == pytest.approx(expected)


def test_rows_stay_of_length_one_and_a_mean_itself_does_not_become_nan() -> None:
    rows = np.array([[1.0, 0.0], [0.6, 0.0]], dtype=np.float32)
    found = MEANS.centred(rows, ["de", "de"], "query")
    assert np.linalg.norm(found[0]) == pytest.approx(1)
    assert found[1].tolist() == [0.0, 0.0]
    assert MEANS.centred(rows[:0], [], "query").shape == (0, 2)


def test_means_of_texts_and_of_tokens_are_kept_to_the_last_bit(tmp_path: Path) -> None:
    of_tokens = LanguageMeans(["de", "en"], *np.random.default_rng(2).normal(size=(2, 2, 2)).astype(np.float32))
    Means(MEANS, of_tokens).save(tmp_path / "means.npz")
    kept = Means.load(tmp_path / "means.npz")
    rows = np.random.default_rng(1).normal(size=(5, 2)).astype(np.float32)
    languages = ["de", "en", "xx", "de", "en"]
    for ours, theirs in ((MEANS, kept.texts), (of_tokens, kept.tokens)):
        assert theirs.languages == ("de", "en")
        for kind in KINDS:
            assert (theirs.centred(rows, languages, kind) == ours.centred(rows, languages, kind)).all()
    assert [file.name for file in tmp_path.iterdir()] == ["means.npz"]


def test_a_text_loses_the_mean_of_texts_and_its_tokens_that_of_tokens() -> None:
    model = CountingEmbedder()
    of_tokens = LanguageMeans(["de", "en"], *np.array([[[0, 3], [0, 5]], [[1, 0], [0, 0]]], dtype=np.float32))
    centred = CentredEmbedder(model, Means(MEANS, of_tokens), "digest")
    encoded = centred.encode(["ab", "a"], ["de", "en"], "query")
    raw = model.encode(["ab", "a"], "query")
    assert (encoded.vectors == MEANS.centred(raw.vectors, ["de", "en"], "query")).all()
    assert (encoded.vectors == centred.embed(["ab", "a"], ["de", "en"], "query")).all()
    for rows, states, mean in zip(encoded.states, raw.states, ([0, 3], [0, 5]), strict=True):
        moved = states - np.array(mean)
        assert rows == pytest.approx(moved / np.linalg.norm(moved, axis=1, keepdims=True))


def test_the_words_of_a_translation_are_nearer_than_those_of_strangers_in_the_same_language(
    embedder: CentredEmbedder,
) -> None:
    raw = {code: embedder.embedder.encode(texts, "passage").states for code, texts in MESSAGES.items()}
    before = {code: [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in raw[code]] for code in raw}
    means = embedder.means.tokens
    after = {code: [means.centred(rows, [code] * len(rows), "passage") for rows in raw[code]] for code in raw}
    assert share_of_words_nearer_to_translations(after) > 0.98
    assert share_of_words_nearer_to_translations(before) < 0.92  # or this test would prove nothing


def share_of_words_nearer_to_translations(states: dict[str, list[Vectors]]) -> float:
    """How often the words of a message are nearer to its translation's than to any other's of its own language."""
    nearer = []
    for language, own in states.items():
        strangers = [max(words_near(rows, each) for each in own if each is not rows) for rows in own]
        for other in states.keys() - {language}:
            translated = [words_near(rows, each) for rows, each in zip(own, states[other], strict=True)]
            nearer += [one > two for one, two in zip(translated, strangers, strict=True)]
    return float(np.mean(nearer))


def words_near(ours: Vectors, theirs: Vectors) -> float:
    """The mean over our tokens of the cosine of their nearest."""
    return float((ours @ theirs.T).max(axis=1).mean())


@dataclass(frozen=True)
class Texts:
    passages: Sequence[str]
    questions: Sequence[str]


class CountingEmbedder:
    """Vectors that tell which text they are of; a token for each letter, which tells where it stands."""

    name, fingerprint, dimension = "counting", "f" * 16, 2

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        states = [np.array([[10, at] for at in range(len(text))], dtype=np.float32) for text in texts]
        ends = [np.arange(1, len(text) + 1, dtype=np.int32) for text in texts]
        return Encoded(self.embed(texts, kind, progress), states, ends)

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        self.embedded += texts
        return np.array([[len(text), kind == "query"] for text in texts], dtype=np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [1 for _ in texts]


def read_texts() -> dict[str, Texts]:
    return {"en": Texts(["a", "abc"], ["ab"]), "de": Texts(["abcd", "ab"], ["abc"])}


def test_means_are_estimated_once_for_a_model_and_its_texts(tmp_path: Path) -> None:
    embedder: Embedder = (counting := CountingEmbedder())
    means = language_means(embedder, read_texts, "d1", tmp_path)
    assert len(counting.embedded) == 6
    assert means.texts._means["passage"].tolist() == [[3.0, 0.0], [2.0, 0.0], [2.5, 0.0]]  # de, en, all
    assert means.texts._means["query"].tolist() == [[3.0, 1.0], [2.0, 1.0], [2.5, 1.0]]
    # Every token counts alike, whatever the length of its text.
    assert means.tokens._means["passage"].tolist() == pytest.approx(np.array([[10, 7 / 6], [10, 3 / 4], [10, 23 / 24]]))
    assert means.tokens._means["query"].tolist() == pytest.approx(np.array([[10, 1], [10, 0.5], [10, 0.75]]))
    language_means(embedder, read_texts, "d1", tmp_path)
    assert len(counting.embedded) == 6
    language_means(embedder, read_texts, "d2", tmp_path)
    assert len(counting.embedded) == 12


def test_they_are_estimated_once_however_many_ask_at_the_same_time(tmp_path: Path) -> None:
    counting = CountingEmbedder()
    threads = [threading.Thread(target=language_means, args=(counting, read_texts, "d1", tmp_path)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counting.embedded) == 6


def test_the_means_of_the_bundled_model_come_with_the_package_and_are_those_of_its_texts(
    embedder: CentredEmbedder, tmp_path: Path
) -> None:
    """Whoever changes the calibration texts runs `python -m eval.fit_means --write`."""
    digest = calibration_digest()
    assert [file.name for file in SHIPPED.glob("*.npz")] == [means_file(embedder.embedder, digest)]
    shipped = language_means(embedder.embedder, read_texts, digest, tmp_path)
    assert list(tmp_path.iterdir()) == []
    texts = calibration_texts()
    assert shipped.texts.languages == shipped.tokens.languages == tuple(sorted(texts))
    made = estimate(embedder.embedder, {"th": texts["th"]})
    for ours, theirs in ((shipped.texts, made.texts), (shipped.tokens, made.tokens)):
        for kind in ("query", "passage"):
            row = ours._means[kind][ours.languages.index("th")]
            assert row == pytest.approx(theirs._means[kind][0], abs=1e-3)
