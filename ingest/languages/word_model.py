"""How probable each language is for a single word, by a multinomial logistic regression on its letters.

The coefficients lie in ``word_model.npz``, one set for each alphabet that several languages share,
as whole numbers of eight bits and a factor. ``python -m eval.fit_language --write`` fits them.
They are derived from the word lists of wordfreq (CC BY-SA 4.0) and are under the same licence.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IngestUserError
from ingest.languages.ngrams import hashed_features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_KNOWN = 20_000  # words whose row is kept: most words of a document are in the ones before it
COEFFICIENTS = Path(__file__).with_name("word_model.npz")


@dataclass(frozen=True, slots=True)
class WordModel:
    """The languages of one alphabet, a row of ``weights`` for each hashed feature, a column for each language."""

    languages: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: float
    bias: NDArray[np.float32]
    known: dict[str, NDArray[np.float32]] = field(default_factory=dict, compare=False, repr=False)

    def logits(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Unnormalised log probabilities, one row a word, one column a language.

        :param tokens: words as :func:`ingest.languages.words.words` gives them, at least one.
        """
        import numpy as np

        found = {token: row for token in tokens if (row := self.known.get(token)) is not None}
        if new := [token for token in dict.fromkeys(tokens) if token not in found]:
            found.update(zip(new, self._computed(new), strict=True))
            if len(self.known) > _MOST_KNOWN:
                self.known.clear()
            self.known.update(found)
        return np.stack([found[token] for token in tokens])

    def _computed(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        bits = len(self.weights).bit_length() - 1
        rows, owners = hashed_features(tokens, bits)
        first = np.searchsorted(owners, np.arange(len(tokens)))
        sums = np.add.reduceat(self.weights[rows], first, axis=0, dtype=np.int32)
        return (sums * self.scale + self.bias).astype(np.float32)


@cache
def word_model(alphabet: str) -> WordModel:
    """The model of ``latin``, ``cyrillic`` or ``arabic`` letters, read when first needed.

    :raises IngestUserError: the coefficients are missing or cannot be read.
    """
    import numpy as np

    try:
        with np.load(COEFFICIENTS, allow_pickle=False) as stored:
            return WordModel(
                languages=tuple(str(code) for code in stored[f"{alphabet}_languages"]),
                weights=stored[f"{alphabet}_weights"],
                scale=float(stored[f"{alphabet}_scale"]),
                bias=stored[f"{alphabet}_bias"],
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise IngestUserError(f"{COEFFICIENTS.name}: cannot be read ({error}); install the package again") from error
