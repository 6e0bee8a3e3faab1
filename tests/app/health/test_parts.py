"""The state of the real parts: of a home, a store, a database and models' servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.health.parts import parts_of
from app.health.watch import Part
from app.settings import Settings
from ingest.errors import IngestUserError
from ingest.store.keeper import LINGER_VARIABLE
from tests.support.patience import wait_until

_NOBODY = "http://127.0.0.1:9"


def part(settings: Settings, name: str) -> Part:
    return next(each for each in parts_of(settings) if each.name == name)


def test_the_home_s_own_database_and_store_are_there_without_anybody_starting_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LINGER_VARIABLE, "0.2")
    settings = Settings(home=tmp_path / "home")
    assert part(settings, "database").check() == "ok"
    assert part(settings, "store").check() == "ok"


def test_a_database_and_a_store_elsewhere_that_do_not_answer_are_gone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="postgresql://127.0.0.1:9/polydesk", chroma_url=_NOBODY)
    with pytest.raises(IngestUserError, match="cannot be opened"):
        part(settings, "database").check()
    with pytest.raises(Exception, match="refused"):
        part(settings, "store").check()


def test_a_database_on_postgresql_is_there(tmp_path: Path, postgres_url: str) -> None:
    assert part(Settings(home=tmp_path, database_url=postgres_url), "database").check() == "ok"


def test_a_language_model_is_missed_where_one_could_be_and_off_where_none_is_wanted(tmp_path: Path) -> None:
    assert part(Settings(home=tmp_path, ollama_url=_NOBODY), "language_model").check() == "gone"
    assert part(Settings(home=tmp_path, model="quoting"), "language_model").check() == "off"
    assert part(Settings(home=tmp_path), "judge").check() == "ok"


def test_an_embedding_model_is_being_got_ready_until_it_is_there(tmp_path: Path, models_folder: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(models_folder)
    preparing = part(Settings(home=home), "embedding_model")
    assert preparing.check() == "starting"
    wait_until(lambda: preparing.check() == "ok", "the model is there")


def test_an_embedding_model_that_nobody_has_is_gone(tmp_path: Path) -> None:
    preparing = part(Settings(home=tmp_path, embedding_model=str(tmp_path / "none")), "embedding_model")
    wait_until(lambda: preparing.check() == "gone", "the model was looked for")
