"""The vectors of questions, kept in the home so that no question is embedded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from app.drift.masking import without_values
from ingest.embedding.centring import CentredEmbedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

Progress = Callable[[int, int], None]  # how many are done, of how many
_AT_ONCE = 64


class QuestionVectors:
    """Centred vectors of length 1; what is kept is of texts without personal data, under their digests.

    :param folder: made when there is something to keep.
    """

    def __init__(self, folder: Path, embedder: CentredEmbedder) -> None:
        self._file = folder / f"vectors-{embedder.fingerprint}.npz"
        self._embedder = embedder

    def of(self, texts: Sequence[str], languages: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Float32, shape ``(texts, dimension)``; what is not among ``texts`` any more is forgotten."""
        import numpy as np

        bare = [without_values(text, language) for text, language in zip(texts, languages, strict=True)]
        digests = [_digest(text, language) for text, language in zip(bare, languages, strict=True)]
        known = self._kept()
        places = {digest: place for place, digest in enumerate(digests) if digest not in known}
        new = list(places.values())
        for first in range(0, len(new), _AT_ONCE):
            some = new[first : first + _AT_ONCE]
            made = self._embedder.embed([bare[each] for each in some], [languages[each] for each in some], "query")
            known |= {digests[each]: vector for each, vector in zip(some, made, strict=True)}
            if progress:
                progress(first + len(some), len(new))
        wanted = {digest: known[digest] for digest in digests}
        if new or len(wanted) < len(known):
            self._keep(wanted)
        if not digests:
            return np.zeros((0, self._embedder.dimension), dtype=np.float32)
        return np.stack([wanted[digest] for digest in digests]).astype(np.float32)

    def _kept(self) -> dict[str, Vectors]:
        import numpy as np

        try:
            with np.load(self._file, allow_pickle=False) as stored:
                return dict(zip((str(each) for each in stored["digests"]), stored["vectors"], strict=True))
        except (OSError, KeyError, ValueError, BadZipFile):
            return {}  # nothing yet, or torn: it is made anew

    def _keep(self, vectors: dict[str, Vectors]) -> None:
        import numpy as np

        self._file.parent.mkdir(parents=True, exist_ok=True)
        for old in self._file.parent.glob("vectors-*.npz"):
            if old != self._file:
                old.unlink(missing_ok=True)
        partial = self._file.with_suffix(".partial.npz")
        rows = np.stack(list(vectors.values())) if vectors else np.zeros((0, self._embedder.dimension))
        np.savez(partial, allow_pickle=False, digests=np.array(list(vectors)), vectors=rows.astype(np.float16))
        partial.replace(self._file)


def _digest(text: str, language: str) -> str:
    return hashlib.sha256(f"{language}\n{text}".encode("utf-8", "replace")).hexdigest()[:32]
