"""Take the language out of the vectors.

A multilingual model's vectors cluster by language: in a pool of many languages
nearly every first hit is in the question's own. Subtracting the mean vector of
the language, separately for queries and passages, removes that. The means are
estimated from parallel texts, so that they differ by language and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.embedding.base import Embedder, Progress, TextKind
from ingest.embedding.once import made_once

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors


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
        import numpy as np

        rows = [self._rows.get(language, len(self.languages)) for language in languages]
        moved = vectors - self._means[kind][rows]
        norms = np.linalg.norm(moved, axis=1, keepdims=True)
        result: Vectors = (moved / np.maximum(norms, 1e-9)).astype(np.float32)
        return result

    def save(self, path: Path) -> None:
        import numpy as np

        partial = path.with_suffix(".partial.npz")
        np.savez(
            partial,
            languages=np.array(self.languages),
            queries=self._means["query"][:-1],
            passages=self._means["passage"][:-1],
        )
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> LanguageMeans:
        import numpy as np

        with np.load(path, allow_pickle=False) as stored:
            return cls([str(language) for language in stored["languages"]], stored["queries"], stored["passages"])


def language_means(
    embedder: Embedder,
    read_texts: Callable[[], Mapping[str, ParallelTexts]],
    digest: str,
    folder: Path,
    progress: Progress | None = None,
) -> LanguageMeans:
    """The means of ``embedder``, estimated once and kept in ``folder``.

    :param digest: identifies the texts; another digest is another estimate.
    """
    path = folder / f"means-{embedder.fingerprint}-{digest}.npz"
    made_once(path, path.with_suffix(".lock"), lambda: _estimate(embedder, read_texts(), progress).save(path))
    return LanguageMeans.load(path)


def _estimate(
    embedder: Embedder, texts: Mapping[str, ParallelTexts], progress: Progress | None = None
) -> LanguageMeans:
    import numpy as np

    languages = sorted(texts)
    means: dict[str, Vectors] = {}
    for kind in ("query", "passage"):
        rows: list[str] = []
        for language in languages:
            rows += texts[language].questions if kind == "query" else texts[language].passages
        vectors = embedder.embed(rows, "query" if kind == "query" else "passage", progress)
        means[kind] = np.stack([part.mean(axis=0) for part in np.split(vectors, len(languages))])
    return LanguageMeans(languages, means["query"], means["passage"])


class CentredEmbedder:
    """An embedder whose vectors no longer tell the language: what store, retrieval and gate work with."""

    def __init__(self, embedder: Embedder, means: LanguageMeans, digest: str) -> None:
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
        return self.means.centred(self.embedder.embed(texts, kind, progress), languages, kind)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.embedder.count_tokens(texts)


def centred_fingerprint(model: str, digest: str) -> str:
    """Changes whenever centred vectors could: with the model, and with the texts the means come from."""
    return f"{model}-{digest}"
