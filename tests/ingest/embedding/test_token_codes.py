"""Two bits a dimension are enough to tell how well a passage holds a question's words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from ingest.embedding.base import Encoded
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.token_codes import codes_of, cosines, nearest, turned
from tests.conftest import REPOSITORY
from tests.ingest.embedding.texts import MESSAGES

LANGUAGES = ("en", "de", "ja", "ar")


@pytest.fixture(scope="module")
def encoded(embedder: CentredEmbedder) -> dict[str, Encoded]:
    """The messages as passages."""
    return {code: embedder.encode(MESSAGES[code], [code] * len(MESSAGES[code]), "passage") for code in LANGUAGES}


def match(question: np.ndarray, texts: Sequence[np.ndarray]) -> np.ndarray:
    """How well each text holds the question's tokens."""
    means: np.ndarray = nearest(question, np.concatenate(texts), [len(codes) for codes in texts]).mean(axis=0)
    return means


def test_codes_estimate_the_cosine_of_two_tokens_without_bias(encoded: dict[str, Encoded]) -> None:
    ours = np.concatenate(encoded["en"].states)
    theirs = np.concatenate([rows for code in LANGUAGES for rows in encoded[code].states])
    exact = (ours @ theirs.T).ravel()
    estimated = nearest(turned(ours), codes_of(theirs), [1] * len(theirs)).ravel()
    assert np.corrcoef(exact, estimated)[0, 1] > 0.99
    slope, offset = np.polyfit(exact, estimated, 1)
    assert slope == pytest.approx(1, abs=0.02)
    assert offset == pytest.approx(0, abs=0.01)


def test_the_other_way_round_it_is_the_nearest_token_of_the_question(encoded: dict[str, Encoded]) -> None:
    question, text = (encoded[code].states[0] for code in ("de", "en"))
    exact = (text @ question.T).max(axis=1)
    assert cosines(turned(question), codes_of(text)).max(axis=1) == pytest.approx(exact, abs=0.1)


def test_turning_keeps_every_cosine(encoded: dict[str, Encoded]) -> None:
    states = encoded["en"].states[0] * 3  # whatever their length
    rows = turned(states)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert rows @ rows.T == pytest.approx((states @ states.T) / 9, abs=1e-4)


def test_few_tokens_are_turned_as_many_are(encoded: dict[str, Encoded]) -> None:
    states = np.concatenate([rows for code in LANGUAGES for rows in encoded[code].states])[:200]
    assert turned(states[:40]) == pytest.approx(turned(states)[:40], abs=1e-6)
    assert turned(states[:0]).shape == (0, states.shape[1])


def test_every_token_takes_two_bits_a_dimension(encoded: dict[str, Encoded]) -> None:
    states = encoded["ja"].states[0]
    codes = codes_of(states)
    assert codes.dtype == np.uint8
    assert codes.shape == (len(states), states.shape[1] // 4)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_text_matches_itself_nearly_wholly_and_better_than_any_stranger(
    encoded: dict[str, Encoded], code: str
) -> None:
    passages = [codes_of(rows) for rows in encoded[code].states]
    found = np.stack([match(turned(rows), passages) for rows in encoded[code].states])
    own, strangers = np.diag(found), np.where(np.eye(len(found), dtype=bool), -1, found).max(axis=1)
    assert own == pytest.approx(1, abs=0.05)
    assert (own > strangers + 0.3).all()


def test_a_question_is_nearest_to_its_translation(embedder: CentredEmbedder, encoded: dict[str, Encoded]) -> None:
    passages = [codes_of(rows) for rows in encoded["en"].states]
    for code in ("de", "ja", "ar"):
        questions = embedder.encode(MESSAGES[code], [code] * len(MESSAGES[code]), "query").states
        best = [int(match(turned(rows), passages).argmax()) for rows in questions]
        assert best == list(range(len(passages)))


def test_a_text_without_tokens_is_near_nothing_and_moves_no_other(encoded: dict[str, Encoded]) -> None:
    one, two = (codes_of(rows) for rows in encoded["en"].states[:2])
    question, empty = turned(encoded["en"].states[0]), one[:0]
    alone = match(question, [one, two])
    assert match(question, [empty, one, empty, empty, two, empty]) == pytest.approx(
        [-1, alone[0], -1, -1, alone[1], -1]
    )
    assert match(question, [empty]).tolist() == [-1]
    assert nearest(question[:0], np.concatenate([one, two]), [len(one), len(two)]).shape == (0, 2)


def test_codes_are_the_same_in_every_process() -> None:
    """They are stored by one and read by another."""
    command = (
        "import numpy as np; from ingest.embedding.token_codes import codes_of;"
        "print(codes_of(np.eye(16, 384, dtype=np.float32)).tobytes().hex())"
    )
    other = subprocess.run([sys.executable, "-c", command], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert bytes.fromhex(other.stdout.strip()) == codes_of(np.eye(16, 384, dtype=np.float32)).tobytes()
