"""Search in the inbox: the tickets with the very words, then those that mean the same in any language."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.desk.inbox.tables import TicketMessageRow, TicketRow
from app.desk.inbox.vectors import Placed, TicketVectors
from app.errors import AppError
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import IngestError
from ingest.languages.identify import identify_question
from ingest.lexical.folding import bare, compose, lower

if TYPE_CHECKING:
    from collections.abc import Mapping

_FALLBACK_LANGUAGE = "en"
# Of a few words and a ticket about them mostly; of any other ticket of the sample one in twenty gets there.
_LEAST_LIKENESS = 0.28
_MOST = 200  # tickets with the very words
_MOST_ALIKE = 30
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TicketsFound:
    """Conversation ids, best first.

    :param exact: how many of them, from the first on, hold the very words.
    :param by_words_only: the embedding model could not be used.
    """

    ids: Sequence[str]
    exact: int
    by_words_only: bool


@dataclass
class _Texts:
    """What can be read of every ticket, folded; ``states`` tells whether it is still so."""

    states: dict[str, tuple[str, int]] = field(default_factory=dict)
    folded: dict[str, str] = field(default_factory=dict)
    placed: Placed | None = None


class TicketSearch:
    """Searches one inbox; what it read is kept in memory, and read again where it changed. Safe between threads.

    :param embedder: opened at the first search.
    """

    def __init__(self, sessions: Sessions, embedder: Callable[[], CentredEmbedder]) -> None:
        self._sessions = sessions
        self._vectors = TicketVectors(sessions)
        self._embedder = embedder
        self._lock = threading.Lock()
        self._known = _Texts()

    def find(self, text: str) -> TicketsFound:
        """The tickets for a few words in any language, a number, or a customer's id."""
        wanted = [_folded(word) for word in text.split()]
        if not any(wanted):
            return TicketsFound((), 0, False)
        with self._lock:
            self._refresh()
            folded, placed = self._known.folded, self._known.placed
            likeness, only_words = self._likeness(text, placed)
        exact = [each for each, words in folded.items() if all(word in words for word in wanted)]
        exact.sort(key=lambda each: -likeness.get(each, 0.0))
        others = sorted((each for each in likeness if likeness[each] >= _LEAST_LIKENESS), key=lambda e: -likeness[e])
        known = set(exact)
        alike = [each for each in others if each not in known][:_MOST_ALIKE]
        return TicketsFound((*exact[:_MOST], *alike), min(len(exact), _MOST), only_words)

    def _likeness(self, text: str, placed: Placed | None) -> tuple[Mapping[str, float], bool]:
        try:
            embedder = self._embedder()
            if placed is None:
                placed = self._known.placed = self._vectors.load(embedder.fingerprint)
            if not placed.ids:
                return {}, False
            language = identify_question(text, _FALLBACK_LANGUAGE).language
            vector = embedder.embed([text], [language], "query")[0]
        except (AppError, IngestError) as error:
            _log.warning("tickets are searched by their words alone: %s", error)
            return {}, True
        return dict(zip(placed.ids, (placed.vectors @ vector).tolist(), strict=True)), False

    def _refresh(self) -> None:
        """Read what is new or has changed."""
        spoken = (
            select(TicketMessageRow.conversation_id, func.max(TicketMessageRow.id).label("last"))
            .group_by(TicketMessageRow.conversation_id)
            .subquery()
        )
        query = select(TicketRow.conversation_id, TicketRow.digest, func.coalesce(spoken.c.last, 0)).outerjoin(
            spoken, spoken.c.conversation_id == TicketRow.conversation_id
        )
        with self._sessions.read() as session:
            states = {each: (digest, int(last)) for each, digest, last in session.execute(query)}
            changed = [each for each, state in states.items() if self._known.states.get(each) != state]
            for gone in self._known.states.keys() - states.keys():
                self._known.folded.pop(gone, None)
            for conversation_id in changed:
                self._known.folded[conversation_id] = _read(session, conversation_id)
        if changed or len(states) != len(self._known.states):
            self._known.placed = None
        self._known.states = states


def _read(session: Session, conversation_id: str) -> str:
    row = session.get_one(TicketRow, conversation_id)
    query = select(TicketMessageRow.text).where(TicketMessageRow.conversation_id == conversation_id)
    parts = [row.number, row.customer_id, row.subject, *session.scalars(query.order_by(TicketMessageRow.place))]
    session.expunge(row)
    if any("<" in part for part in parts):
        sealing = Sealing(session, conversation_id)
        parts = [sealing.open(part) for part in parts]
    return _folded("\n".join(parts))


def _folded(text: str) -> str:
    """As people type it who leave out accents; in any language, since those that search write many."""
    low = lower(compose(text), _FALLBACK_LANGUAGE)
    return low if low.isascii() else " ".join(map(bare, low.split()))
