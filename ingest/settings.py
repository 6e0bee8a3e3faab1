"""What ingestion reads from the environment, once, at the edge."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import IngestUserError


class IngestSettings(BaseSettings):
    """``POLYDESK_HOME``, ``POLYDESK_DATABASE_URL`` and so on."""

    model_config = SettingsConfigDict(env_prefix="POLYDESK_", extra="ignore")

    home: Path = Field(default=Path(".polydesk"), description="where all state lives")
    database_url: str | None = Field(default=None, description="SQLite files in the home when not given")
    chroma_url: str | None = Field(default=None, description="a Chroma server; one is started on demand when not given")
    embedding_model: str = Field(default="multilingual-e5-small", description="the bundle, a folder, or a hub id")
    embedding_runtime: Literal["auto", "onnx", "torch", "torch-bf16"] = "auto"


def load_ingest_settings() -> IngestSettings:
    """The settings from the environment.

    :raises IngestUserError: a variable has a value that cannot be used.
    """
    try:
        settings = IngestSettings()
    except ValidationError as error:
        raise IngestUserError(settings_message(error)) from None
    return settings.model_copy(update={"home": settings.home.expanduser().resolve()})


def settings_message(error: ValidationError) -> str:
    """One line for a person: which variable, and what is wrong with it."""
    first = error.errors()[0]
    name = "POLYDESK_" + "_".join(str(part) for part in first["loc"]).upper()
    return f"{name}: {first['msg']} (it is {first['input']!r})"
