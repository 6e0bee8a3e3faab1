"""Policy updates as the page and the command line use them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.conversations.sessions import Sessions
from app.desk.changes.brief import Brief
from app.desk.changes.briefs import Briefs
from app.desk.changes.confirmations import ConfirmationStore
from app.desk.changes.likeness import embed_lines
from app.desk.changes.passages import VersionPassages
from app.desk.changes.summary import summarised
from app.desk.changes.touched import OpenDraft, OpenDrafts, TouchedAnswer, TouchedAnswers
from app.errors import AppError
from app.guarding import open_policy
from app.models.choosing import choose_model
from app.settings import Settings
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import IngestError
from ingest.knowledge import open_centred_embedder
from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger

RECENT = 200  # changes of the ledger that a page looks back on
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class ChangeDesk:
    """Briefs, what they touch and who has read them; safe to share between threads."""

    settings: Settings
    briefs: Briefs
    confirmations: ConfirmationStore
    answers: TouchedAnswers
    drafts: OpenDrafts | None = None
    _ready_for: object = None  # the state of the ledger for which the briefs were made, or are being made

    def touched(self, brief: Brief, today: date | None = None) -> list[TouchedAnswer]:
        """The past answers that rest on what changed, those that are wrong now first. It may take seconds."""
        return self.answers.of(brief, today or date.today(), Collections(self.briefs.engine))

    def open_drafts(self, brief: Brief) -> Sequence[OpenDraft]:
        """The drafts that cite the document and were not sent yet."""
        return self.drafts.open_drafts(brief.document) if self.drafts and brief.what != "new" else ()

    def summary(self, brief: Brief, language: str, stop: threading.Event | None = None) -> str | None:
        """One line in ``language`` by the connected model; None without one, or where it does not hold."""
        model = choose_model(self.settings)
        return summarised(model, brief, language, stop) if model else None

    def unread(self, by: str, audience: str | None = None) -> int:
        """How many changes of meaning somebody has not read, of the recent ones that have a brief by now.

        Those that have none get one meanwhile: the sidebar asks, and must not wait.
        """
        try:
            generation = self.briefs.generation()
            if generation != self._ready_for:
                self._ready_for = generation
                self.make_ready(audience)
            known = [brief for brief in self.briefs.known(audience, RECENT) if brief.is_meaning]
            return len(self.confirmations.unread(known, by))
        except AppError as error:  # the page itself says so; every other one has to go on
            _log.error("the changes cannot be counted: %s", error)
            return 0

    def make_ready(self, audience: str | None = None) -> threading.Thread:
        """Make the recent briefs in a thread of its own, so that nobody waits for them."""
        thread = threading.Thread(target=self._make, args=(audience,), name="briefs", daemon=True)
        thread.start()
        return thread

    def _make(self, audience: str | None) -> None:
        try:
            self.briefs.of(audience=audience, most=RECENT)
        except (AppError, IngestError) as error:
            _log.error("the briefs cannot be made: %s", error)
        except Exception:
            _log.exception("the briefs cannot be made")


def open_change_desk(
    settings: Settings,
    sessions: Sessions,
    model: Callable[[], CentredEmbedder] | None = None,
    drafts: OpenDrafts | None = None,
) -> ChangeDesk:
    """The desk on the ledger of the settings' home; no vector store is opened.

    :param model: the embedding model where it is open already; else it is opened when it is needed.
    :raises IngestUserError: the home or the database cannot be used.
    """
    engine = open_ledger(settings.home, settings.database_url)
    policy = open_policy(settings.policy)

    @lru_cache(maxsize=1)
    def opened() -> CentredEmbedder:
        live = Collections(engine).live()
        return open_centred_embedder(settings, "query", live.model if live else None)

    used = model or opened
    return ChangeDesk(
        settings,
        Briefs(engine, embed_lines(used)),
        ConfirmationStore(sessions),
        TouchedAnswers(sessions, VersionPassages(engine, used), lambda: policy.current().grounding),
        drafts,
    )
