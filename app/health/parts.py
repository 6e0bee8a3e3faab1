"""The parts behind the page, and how to see what state they are in."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.conversations.database import default_url
from app.health.watch import Part, State
from app.models.breakers import is_left_alone
from app.models.choosing import QUOTING
from app.models.chosen import chosen_model
from app.models.hosts import addresses
from app.settings import Settings
from ingest.database import open_database, sqlite_url

if TYPE_CHECKING:
    from sqlalchemy import Engine

_ANSWER_S = 2.0
_log = logging.getLogger(__name__)
_MODEL_FRESH_S = 15.0  # to look at a model's server costs it something


def parts_of(settings: Settings) -> tuple[Part, ...]:
    """What a page with these settings works with; nothing is opened before it is looked at."""
    return (
        Part("database", _Database(settings).check),
        Part("store", partial(_store, settings)),
        Part("embedding_model", _Once(partial(_prepare_model, settings)).check),
        Part("language_model", _LanguageModel(settings).check, needed=False),
        Part("judge", partial(_judge, settings), needed=False, fresh_s=_MODEL_FRESH_S),
    )


class _Database:
    """Ledger and conversations, which are one database where its URL is set."""

    def __init__(self, settings: Settings) -> None:
        own = (sqlite_url(settings.home / "ledger.db"), default_url(settings.home))
        self._urls = (settings.database_url,) if settings.database_url else own
        self._engines: dict[str, Engine] = {}

    def check(self) -> State:
        for url in self._urls:
            engine = self._engines.get(url) or open_database(url)
            self._engines[url] = engine
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        return "ok"


class _LanguageModel:
    """What its server has is looked at now and then; that it is left alone is known at any moment."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._state: State = "starting"
        self._looked_at = float("-inf")

    def check(self) -> State:
        if self._state in ("ok", "gone") and any(map(is_left_alone, self._addresses())):
            self._looked_at = float("-inf")  # as soon as somebody may ask again
            return "resting"
        if time.monotonic() - self._looked_at >= _MODEL_FRESH_S:
            self._state, self._looked_at = _language_model(self._settings), time.monotonic()
        return self._state

    def _addresses(self) -> tuple[str, ...]:
        """Those that models may be asked at; one that nobody asks is not left alone, either."""
        settings = self._settings
        return (*addresses(settings.ollama_url), *filter(None, (settings.openai_url, settings.mistral_url)))


class _Once:
    """What takes long the first time and is there for good afterwards."""

    def __init__(self, prepare: Callable[[], object]) -> None:
        self._prepare = prepare
        self._lock = threading.Lock()
        self._running = False
        self._state: State = "starting"

    def check(self) -> State:
        with self._lock:
            if self._state != "ok" and not self._running:
                self._running = True
                threading.Thread(target=self._run, name="health-preparing", daemon=True).start()
            return self._state

    def _run(self) -> None:
        state: State = "gone"
        try:
            self._prepare()
            state = "ok"
        except Exception as error:  # tried again when somebody looks again
            _log.warning("not ready: %s", " ".join(str(error).split()))
        with self._lock:
            self._state, self._running = state, False


def _store(settings: Settings) -> State:
    if (server := settings.chroma_server) is not None:
        from ingest.store.http_api import HttpApi

        client = HttpApi(server, _ANSWER_S)
        try:
            client.check_database()
        finally:
            client.close()
        return "ok"
    from ingest.store import open_store

    with open_store(settings.home) as store:  # brings one back that died: otherwise nobody would be sent here to do so
        store.list_collections()
    return "ok"


def _prepare_model(settings: Settings) -> None:
    from ingest.embedding.models import prepare_model

    prepare_model(settings.embedding_model, settings.home / "models")


def _language_model(settings: Settings) -> State:
    from app.doctor import find_model

    if (settings.model or chosen_model(settings.home)) == QUOTING:
        return "off"
    return "ok" if find_model(settings).state == "ok" else "gone"


def _judge(settings: Settings) -> State:
    from app.doctor import find_judge

    return "ok" if find_judge(settings).state == "ok" else "gone"
