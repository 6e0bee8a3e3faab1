"""Passages made by hand, with vectors of hashed spelling that need no model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

import numpy as np
from numpy.typing import NDArray

from app.retrieval.passages import Passage
from app.retrieval.scoring import Score, UnitScore
from ingest.documents import Unit
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.reading import StoredChunk, VersionInfo
from tests.guardrails.support_gate import embed


class _Spelling:
    """An embedder of hashed spelling."""

    def embed(self, texts: Sequence[str], languages: Sequence[str], kind: str) -> NDArray[np.float32]:
        return embed(texts, languages[0]).astype(np.float32)


OFFSET = 100  # where every passage starts in its document's text


def passage(
    units: Sequence[str],
    number: int = 0,
    *,
    document: str = "returns.md",
    language: str = "en",
    similarity: float = 0.5,
    similarities: Sequence[float] = (),
    version: int = 1,
) -> Passage:
    """One passage of these sentences.

    :param similarities: of the sentences with the question; all as ``similarity`` when not given.
    """
    spans: list[Unit] = []
    start = OFFSET
    for unit in units:
        spans.append(Unit(start, start + len(unit), unit))
        start += len(unit) + 1
    info = VersionInfo(
        id=1,
        key="k",
        document_id=document,
        number=version,
        title=document.partition(".")[0].capitalize(),
        kind="policy",
        language=language,
        uri=f"file:///documents/{document}",
        effective_from=date(2026, 3, 1),
        customer_id=None,
        details={},
    )
    chunk = StoredChunk(
        record_id=f"{document}:0",
        digest=f"digest of {document}:0",
        version=info,
        start=OFFSET,
        end=start - 1,
        text=" ".join(units),
        heading=("Rules",),
        page=2,
        language=language,
        header="",
        units=tuple(spans),
    )
    scores = tuple(similarities) or (similarity,) * len(units)
    score = Score(chunk=similarity, unit=max(scores), tokens=similarity)
    return Passage(
        chunk, score, tuple(UnitScore(each, each) for each in scores), cast(CentredEmbedder, _Spelling()), number
    )
