"""The vectors of tickets, kept so that nothing is embedded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.conversations.sessions import Sessions
from app.desk.inbox.tables import TicketRow, TicketVectorRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Placed:
    """Vectors of tickets, float32, shape ``(ids, dimension)``."""

    ids: Sequence[str]
    vectors: NDArray[np.float32]


class TicketVectors:
    """Every call is one short transaction, safe from any thread."""

    def __init__(self, sessions: Sessions) -> None:
        self._read, self._write = sessions.read, sessions.write

    def digests(self, fingerprint: str) -> dict[str, str]:
        """By conversation id, what text the vector is of that this embedding model made."""
        query = select(TicketVectorRow.conversation_id, TicketVectorRow.digest)
        with self._read() as session:
            rows = session.execute(query.where(TicketVectorRow.fingerprint == fingerprint)).all()
        return {row.conversation_id: row.digest for row in rows}

    def keep(self, ids: Sequence[str], digests: Sequence[str], vectors: NDArray[np.float32], fingerprint: str) -> None:
        """Keep vectors in the place of those before."""
        for first in range(0, len(ids), _AT_ONCE):
            with self._write() as session:
                for place in range(first, min(first + _AT_ONCE, len(ids))):
                    row = session.get(TicketVectorRow, ids[place]) or TicketVectorRow(conversation_id=ids[place])
                    row.fingerprint, row.digest = fingerprint, digests[place]
                    row.vector = vectors[place].astype("<f4").tobytes()
                    session.add(row)

    def load(self, fingerprint: str) -> Placed:
        """All vectors that this embedding model made, the oldest ticket first."""
        import numpy as np

        query = (
            select(TicketVectorRow.conversation_id, TicketVectorRow.vector)
            .join(TicketRow, TicketRow.conversation_id == TicketVectorRow.conversation_id)
            .where(TicketVectorRow.fingerprint == fingerprint)
            .order_by(TicketRow.received_at, TicketRow.conversation_id)
        )
        with self._read() as session:
            found = session.execute(query).all()
        if not found:
            return Placed((), np.zeros((0, 0), dtype=np.float32))
        return Placed([each for each, _ in found], np.stack([np.frombuffer(vector, "<f4") for _, vector in found]))


def text_digest(text: str) -> str:
    """What tells whether a vector is still that of a text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
