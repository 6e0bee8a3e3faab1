"""Made documents with made vectors, as many as wanted: for measuring how a search behaves when there are many.

Their sentences are those of the generated corpus, filled in with other values, and words drawn by how frequent they are
in the language. Vectors and tokens are the embedding model's for one filling of each sentence, disturbed at random for
every chunk, so that neighbourhoods are as uneven as those of real texts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from eval.corpus.values import Values
from eval.corpus.wording import LANGUAGES, products, wording
from eval.word_frequencies import frequencies
from ingest.chunk_vectors import ChunkVectors
from ingest.documents import Chunk, Unit
from ingest.embedding.token_codes import codes_of

if TYPE_CHECKING:
    import numpy as np

    from ingest.embedding.base import Vectors
    from ingest.embedding.centring import CentredEmbedder
    from ingest.embedding.token_codes import Codes

CHUNKS_A_DOCUMENT = 20
CUSTOMERS = 200
_SENTENCES = 4  # in a chunk, beside one of drawn words
_WORDS = 15
_ASKED_WORDS = 6
_FILLINGS = 40  # of each sentence
_DISTURBANCE = 0.6  # length of what is added to a vector of length 1
_UNSPACED = ("ja", "zh")
_NO_WORD_LIST = ("th",)  # its fifth sentence is of another topic
_COUNTRIES = {
    "en": "GB", "de": "DE", "fr": "FR", "es": "ES", "pt": "PT", "it": "IT",
    "pl": "PL", "ar": "EG", "hi": "IN", "ja": "JP", "zh": "CN", "th": "TH",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document of one version; ``superseded`` when it is one of the past."""

    number: int
    language: str
    title: str
    text: str
    kind: str
    audience: str
    customer_id: str | None
    countries: dict[str, float]
    superseded: bool
    effective_from: date
    chunks: tuple[Chunk, ...]
    vectors: tuple[ChunkVectors, ...]  # of each chunk


@dataclass(frozen=True)
class _Sentence:
    fillings: tuple[str, ...]
    vector: Vectors
    codes: Codes


@dataclass(frozen=True)
class _Topic:
    heading: str
    context: Vectors
    codes: Codes
    sentences: tuple[_Sentence, ...]


class DocumentMaker:
    """Makes documents; the document with a number is the same whatever else was made.

    :param embedder: embeds each sentence once, a few hundred in all.
    """

    def __init__(self, embedder: CentredEmbedder) -> None:
        self._topics = {language: _topics(language, embedder) for language in LANGUAGES}
        self._words = {
            language: _drawn_from(frequencies(language)) for language in LANGUAGES if language not in _NO_WORD_LIST
        }

    def document(self, number: int) -> MadeDocument:
        import numpy as np

        language = LANGUAGES[number % len(LANGUAGES)]
        random = Random(number)  # noqa: S311  # no secret is made of it
        noise = np.random.Generator(np.random.PCG64(number))
        product = f"{random.choice(products())} {1000 + number}"
        lines: list[str] = []
        chunks, vectors, at = [], [], 0
        for ordinal in range(CHUNKS_A_DOCUMENT):
            topic = random.choice(self._topics[language])
            chosen = random.sample(topic.sentences, _SENTENCES)
            said = [random.choice(sentence.fillings) for sentence in chosen] + [self._drawn(language, random)]
            units = []
            for line in said:
                units.append(Unit(at, at + len(line), line))
                at += len(line) + 1
            lines += said
            heading = (topic.heading.replace("{product}", product),)
            chunks.append(Chunk(ordinal, units[0].start, units[-1].end, heading, None, language, tuple(units)))
            vectors.append(_disturbed(topic, [*chosen, random.choice(topic.sentences)], noise))
        kind = random.choices(("policy", "article", "ticket"), (5, 3, 2))[0]
        return MadeDocument(
            number=number,
            language=language,
            title=wording(language).title.replace("{product}", product),
            text="\n".join(lines),
            kind=kind,
            audience=random.choices(("all", "agent", "manager"), (6, 3, 1))[0],
            customer_id=f"C-{random.randrange(CUSTOMERS):04d}" if kind == "ticket" else None,
            countries={_COUNTRIES[language]: 0.8} if random.random() < 0.6 else {},
            superseded=random.random() < 0.05,
            effective_from=date(2024, 1, 1) + timedelta(days=random.randrange(700)),
            chunks=tuple(chunks),
            vectors=tuple(vectors),
        )

    def questions(self, count: int) -> list[tuple[str, str]]:
        """Questions, each with its language: how a sentence begins that many documents have, and some drawn words."""
        random = Random(count)  # noqa: S311  # no secret is made of it
        asked = []
        for at in range(count):
            language = LANGUAGES[at % len(LANGUAGES)]
            filled = random.choice(random.choice(random.choice(self._topics[language]).sentences).fillings)
            asked.append(
                (f"{filled[: len(filled) // 2].strip()} {self._drawn(language, random, _ASKED_WORDS)}?", language)
            )
        return asked

    def _drawn(self, language: str, random: Random, count: int = _WORDS) -> str:
        if language in _NO_WORD_LIST:
            return random.choice(random.choice(random.choice(self._topics[language]).sentences).fillings)
        words, cumulated = self._words[language]
        return ("" if language in _UNSPACED else " ").join(random.choices(words, cum_weights=cumulated, k=count))


def _topics(language: str, embedder: CentredEmbedder) -> list[_Topic]:
    words = wording(language)
    random = Random(language)  # noqa: S311  # no secret is made of it
    values = Values(words, random.choice(products()), random)
    fillings = [
        [tuple(values.fill(sentence) for _ in range(_FILLINGS)) for sentence in topic.sentences]
        for topic in words.topics
    ]
    texts = [
        text for topic, of in zip(words.topics, fillings, strict=True) for text in (topic.heading, *(f[0] for f in of))
    ]
    encoded = embedder.encode(texts, [language] * len(texts), "passage")
    made = zip(encoded.vectors, map(codes_of, encoded.states), strict=True)
    return [
        _Topic(topic.heading, *next(made), tuple(_Sentence(each, *next(made)) for each in of))
        for topic, of in zip(words.topics, fillings, strict=True)
    ]


def _drawn_from(known: dict[str, float]) -> tuple[list[str], list[float]]:
    return list(known), list(accumulate(map(math.exp, known.values())))


def _disturbed(topic: _Topic, sentences: Sequence[_Sentence], noise: np.random.Generator) -> ChunkVectors:
    import numpy as np

    rows = np.stack([topic.context, *(sentence.vector for sentence in sentences)])
    rows = rows + noise.standard_normal(rows.shape, dtype=np.float32) * (_DISTURBANCE / math.sqrt(rows.shape[1]))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    parts = [topic.codes, *(sentence.codes for sentence in sentences)]
    codes = np.concatenate(parts)
    # One bit in sixteen is another one: cosines of tokens fall to about .9 of what they were.
    flips = np.bitwise_and.reduce(noise.integers(0, 256, (4, *codes.shape), dtype=np.uint8), axis=0)
    lengths = np.array([len(part) for part in parts], dtype=np.uint16)
    body = rows[1:].mean(axis=0)
    return ChunkVectors(rows[0], body / np.linalg.norm(body), rows[1:], codes ^ flips, lengths)
