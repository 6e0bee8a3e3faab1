"""What all sessions of the page share: one assistant, one conversation store, one pool of answers."""

from __future__ import annotations

import gc
import importlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import cast

import streamlit as st

from app.answered_before.store import AnsweredStore
from app.audit.opening import open_trail
from app.conversations.database import database_url
from app.conversations.sessions import Sessions
from app.conversations.store import ConversationStore
from app.dashboard.desk import DashboardDesk, open_prices
from app.desk.changes.desk import ChangeDesk, open_change_desk
from app.desk.drafts.desk import DraftDesk, DraftingAssistant
from app.desk.drafts.store import DraftStore
from app.desk.drafts.style import open_style
from app.desk.inbox.parts import Inbox, open_inbox
from app.desk.knowledge.library import Library
from app.desk.knowledge.reports import ReportStore
from app.drift.commands import searching_model
from app.drift.desk import DriftDesk
from app.drift.making import drift_maker
from app.errors import AppUserError
from app.escalations.desk import EscalationDesk
from app.escalations.store import EscalationStore
from app.guarding import open_policy
from app.jobs import AnswerJobs, AssistantLike
from app.models.choosing import offered_models as offered
from app.models.routing.policy import open_routing
from app.quality.runs import KeptRuns
from app.quality.shelf import QualityShelf
from app.settings import Settings, load_settings
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.engine import open_ledger

_FACTORY = "POLYDESK_ASSISTANT"


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts behind the page."""

    assistant: AssistantLike
    conversations: ConversationStore
    jobs: AnswerJobs
    escalations: EscalationStore
    inbox: Inbox
    drafts: DraftDesk
    changes: ChangeDesk
    library: Library
    reports: ReportStore
    quality: QualityShelf
    dashboard: DashboardDesk
    models: Callable[[], tuple[str, ...]]


_opened: list[Desk] = []  # no more than one


def opened_desk() -> Desk | None:
    """The desk of this process, where somebody has visited the page."""
    return _opened[-1] if _opened else None


def _open_desk() -> Desk:
    settings = load_settings()
    opened = desk_on(settings, *_open_assistant(settings))
    _opened[:] = [opened]
    gc.collect()
    gc.freeze()  # what was loaded stays until the end: no collection has to walk through it again
    return opened


def desk_on(
    settings: Settings, assistant: DraftingAssistant, model: Callable[[], CentredEmbedder] | None = None
) -> Desk:
    """The parts that belong to an assistant.

    :param model: the embedding model where it is open already.
    """
    conversations = ConversationStore(database_url(settings), trail=open_trail(settings))
    policy = open_policy(settings.policy)
    open_routing(settings.routing)  # a file that cannot be used is said now, not at somebody's question
    escalating = EscalationDesk(conversations, lambda: policy.current().escalation, assistant.search)
    sessions = conversations.sessions
    before = AnsweredStore(sessions, settings.answer_cache) if settings.answer_cache else None
    jobs = AnswerJobs(assistant, conversations, settings.answers_at_once, escalating, before)
    cases = EscalationStore(sessions)
    quality = _quality(settings, sessions, model)
    inbox = open_inbox(settings, sessions, assistant.search)
    drafts = DraftDesk(
        assistant,
        DraftStore(sessions),
        cases,
        open_style(settings.style).current,
        lambda: policy.current().escalation,
        inbox.tickets.replied,
    )
    return Desk(
        assistant,
        conversations,
        jobs,
        cases,
        inbox,
        drafts,
        open_change_desk(settings, sessions, model, DraftStore(sessions)),
        Library(open_ledger(settings.home, settings.database_url)),
        ReportStore(sessions),
        quality,
        DashboardDesk(sessions, open_prices(settings), quality.drift),
        partial(offered, settings),
    )


def _quality(settings: Settings, sessions: Sessions, model: Callable[[], CentredEmbedder] | None) -> QualityShelf:
    used = model or cache(lambda: searching_model(settings))
    drift = DriftDesk(drift_maker(sessions, settings.home), used, settings.golden)
    return QualityShelf(settings.home, KeptRuns(settings.home), drift)


def _model_name(_assistant: AssistantLike) -> str | None:
    return _assistant.model_name()


def _open_assistant(settings: Settings) -> tuple[DraftingAssistant, Callable[[], CentredEmbedder] | None]:
    """The assistant with its embedding model, or what ``POLYDESK_ASSISTANT=module:function`` makes instead."""
    name = os.environ.get(_FACTORY)
    if not name:
        from app.assistant import open_assistant

        assistant = open_assistant(settings)
        return assistant, assistant.embedding_model
    module, colon, function = name.partition(":")
    if not colon:
        raise AppUserError(f"{_FACTORY}={name!r} is malformed: use module:function")
    try:
        factory = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise AppUserError(f"{_FACTORY}={name!r} cannot be used: {error}") from error
    return cast(DraftingAssistant, factory()), None


# Of each cache that is made before its server runs Streamlit warns that it is in memory, which is where it is to be.
logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(
    lambda record: "No runtime found" not in record.getMessage()
)

# The one desk of this process, opened at the first visit; it raises AppUserError or
# IngestUserError when the settings or the home cannot be used.
desk: Callable[[], Desk] = st.cache_resource(show_spinner=False)(_open_desk)

# The connected model, kept for some seconds, as finding out may mean asking a server.
model_name: Callable[[AssistantLike], str | None] = st.cache_data(ttl=20, show_spinner=False)(_model_name)


def _offered_models(_models: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    return _models()


# The models to choose among, kept for some seconds for the same reason.
offered_models: Callable[[Callable[[], tuple[str, ...]]], tuple[str, ...]] = st.cache_data(ttl=20, show_spinner=False)(
    _offered_models
)


def _running_conversations(_conversations: ConversationStore) -> frozenset[str]:
    return _conversations.running()


# The conversations that an answer is being written in; pages that wait for one ask the database once a second together.
running_conversations: Callable[[ConversationStore], frozenset[str]] = st.cache_data(ttl=1, show_spinner=False)(
    _running_conversations
)
