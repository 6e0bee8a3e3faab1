"""Take the language out of the vectors.

A multilingual model's vectors cluster by language: in a pool of many languages
nearly every first hit is in the question's own. Subtracting the mean vector of
the language, separately for queries and passages, removes that. The means are
estimated from parallel texts, so that they differ by language and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.embedding.base import Embedder, Encoded, Progress, TextKind
from ingest.embedding.once import made_once

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors


SHIPPED = Path(__file__).with_name("means")  # of the bundled model, by `python -m eval.fit_means --write`
_EDITION = "w1"  # of what is embedded of a chunk, and of how its vectors are put together


class ParallelTexts(Protocol):
    """The same texts in one language of several."""

    @property
    def passages(self) -> Sequence[str]: ...

    @property
    def questions(self) -> Sequence[str]: ...


class LanguageMeans:
    """Mean vectors by language, for queries and for passages."""

    def __init__(self, languages: Sequence[str], queries: Vectors, passages: Vectors) -> None:
        import numpy as np

        self.languages = tuple(languages)
        self._rows = {language: row for row, language in enumerate(self.languages)}
        self._means = {
            "query": np.vstack([queries, queries.mean(axis=0)]),
            "passage": np.vstack([passages, passages.mean(axis=0)]),
        }

    def centred(self, vectors: Vectors, languages: Sequence[str], kind: TextKind) -> Vectors:
        """Subtract each row's language mean and renormalise; an unknown language takes the mean of all.

        :param vectors: shape ``(n, dimension)``.
        :param languages: n ISO 639-1 codes.
        """
        return _of_length_one(vectors - self._means[kind][[self._row(language) for language in languages]])

    def centred_alike(self, vectors: Vectors, language: str, kind: TextKind) -> Vectors:
        """The same for vectors of one language."""
        return _of_length_one(vectors - self._means[kind][self._row(language)])

    def _row(self, language: str) -> int:
        return self._rows.get(language, len(self.languages))

    def arrays(self, prefix: str) -> dict[str, Vectors]:
        """What :meth:`from_arrays` takes, by name."""
        return {f"{prefix}_{kind}": means[:-1] for kind, means in self._means.items()}

    @classmethod
    def from_arrays(cls, languages: Sequence[str], arrays: Mapping[str, Vectors], prefix: str) -> LanguageMeans:
        return cls(languages, arrays[f"{prefix}_query"], arrays[f"{prefix}_passage"])


def _of_length_one(vectors: Vectors) -> Vectors:
    import numpy as np

    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vectors = (vectors / np.maximum(norms, 1e-9)).astype(np.float32, copy=False)
    return result


@dataclass(frozen=True)
class Means:
    """The means of whole texts, and those of single tokens."""

    texts: LanguageMeans
    tokens: LanguageMeans

    def save(self, path: Path) -> None:
        import numpy as np

        partial = path.with_suffix(".partial.npz")
        named: dict[str, Vectors] = self.texts.arrays("text") | self.tokens.arrays("token")
        np.savez(partial, allow_pickle=False, languages=np.array(self.texts.languages), **named)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Means:
        import numpy as np

        with np.load(path, allow_pickle=False) as stored:
            languages = [str(language) for language in stored["languages"]]
            arrays = dict(stored)
        return cls(
            LanguageMeans.from_arrays(languages, arrays, "text"), LanguageMeans.from_arrays(languages, arrays, "token")
        )


def means_file(embedder: Embedder, digest: str) -> str:
    """The name of the file with the means of ``embedder`` from the texts with this digest."""
    return f"language-means-{embedder.fingerprint}-{digest}.npz"


def language_means(
    embedder: Embedder,
    read_texts: Callable[[], Mapping[str, ParallelTexts]],
    digest: str,
    folder: Path,
    progress: Progress | None = None,
) -> Means:
    """The means of ``embedder``: those that come with the package, or estimated once and kept in ``folder``.

    :param digest: identifies the texts; another digest is another estimate.
    """
    name = means_file(embedder, digest)
    if (SHIPPED / name).exists():
        return Means.load(SHIPPED / name)
    path = folder / name
    made_once(path, path.with_suffix(".lock"), lambda: estimate(embedder, read_texts(), progress).save(path))
    return Means.load(path)


def estimate(embedder: Embedder, texts: Mapping[str, ParallelTexts], progress: Progress | None = None) -> Means:
    """The means of the languages that there are texts of."""
    import numpy as np

    languages = sorted(texts)
    kinds: tuple[TextKind, ...] = ("query", "passage")
    of_texts: dict[TextKind, list[Vectors]] = {kind: [] for kind in kinds}
    of_tokens: dict[TextKind, list[Vectors]] = {kind: [] for kind in kinds}
    for kind in kinds:
        for language in languages:
            rows = texts[language].questions if kind == "query" else texts[language].passages
            encoded = embedder.encode(rows, kind, progress)
            of_texts[kind].append(encoded.vectors.mean(axis=0))
            of_tokens[kind].append(np.concatenate(encoded.states).mean(axis=0))
    return Means(*(LanguageMeans(languages, *(np.stack(of[kind]) for kind in kinds)) for of in (of_texts, of_tokens)))


class CentredEmbedder:
    """An embedder whose vectors no longer tell the language: what store, retrieval and gate work with."""

    def __init__(self, embedder: Embedder, means: Means, digest: str) -> None:
        self.embedder = embedder
        self.means = means
        self.fingerprint = centred_fingerprint(embedder.fingerprint, digest)

    @property
    def dimension(self) -> int:
        return self.embedder.dimension

    def embed(
        self, texts: Sequence[str], languages: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        """Centred unit vectors of ``texts``, float32, shape ``(len(texts), dimension)``."""
        return self.means.texts.centred(self.embedder.embed(texts, kind, progress), languages, kind)

    def encode(
        self, texts: Sequence[str], languages: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Encoded:
        """Centred vectors of ``texts`` and of their tokens; every row has length 1."""
        encoded = self.embedder.encode(texts, kind, progress)
        states = [
            self.means.tokens.centred_alike(rows, language, kind)
            for rows, language in zip(encoded.states, languages, strict=True)
        ]
        return Encoded(self.means.texts.centred(encoded.vectors, languages, kind), states, encoded.ends)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.embedder.count_tokens(texts)


def centred_fingerprint(model: str, digest: str) -> str:
    """Changes whenever centred vectors could: with the model, and with the texts the means come from."""
    return f"{model}-{digest}-{_EDITION}"
