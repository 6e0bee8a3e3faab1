"""What ingestion reads from the environment, once, at the edge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ingest import residency
from ingest.errors import IngestUserError
from ingest.store.remote import DATABASE, TENANT, ChromaServer


def _split(value: object) -> object:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class IngestSettings(BaseSettings):
    """``POLYDESK_HOME``, ``POLYDESK_DATABASE_URL`` and so on."""

    model_config = SettingsConfigDict(env_prefix="POLYDESK_", extra="ignore")

    home: Path = Field(default=Path(".polydesk"), description="where all state lives")
    database_url: str | None = Field(default=None, description="SQLite files in the home when not given")
    chroma_url: str | None = Field(default=None, description="a Chroma server; one is started on demand when not given")
    chroma_tenant: str = Field(default=TENANT, min_length=1)
    chroma_database: str = Field(default=DATABASE, min_length=1)
    chroma_token: str | None = Field(default=None, repr=False, description="sent to that server with each request")
    chroma_ca_file: Path | None = Field(default=None, description="authorities that vouch for its certificate, as PEM")
    hosts: Names = Field(
        default=(),
        description="the only hosts to ask, beside this machine, with commas between; any when empty",
    )
    embedding_model: str = Field(default="multilingual-e5-small", description="the bundle, a folder, or a hub id")
    embedding_runtime: Literal["auto", "onnx", "torch", "torch-bf16"] = "auto"
    parse_workers: int = Field(default=0, ge=0, le=64, description="processes that read documents; 0 for one a core")
    parse_seconds: float = Field(default=60.0, gt=0, description="for one document; a scan gets more for each page")
    parse_memory_mb: int = Field(default=1_500, ge=256, description="for one document")
    web_depth: int = Field(default=2, ge=0, description="links from the start page; 0 takes that page alone")
    web_pages: int = Field(default=500, ge=1, description="addresses asked for in one listing")
    web_hosts: Names = Field(default=(), description="further hosts whose pages are taken, with commas between")
    web_page_bytes: int = Field(default=10_000_000, ge=1_000)
    web_file_bytes: int = Field(default=50_000_000, ge=1_000)
    web_total_bytes: int = Field(default=1_000_000_000, ge=1_000)
    web_seconds: float = Field(default=30.0, gt=0, description="for one request with its answer")
    web_longest_wait_s: float = Field(default=30.0, ge=0, description="for a Retry-After or Crawl-delay")
    web_allow_private: bool = Field(default=False, description="whether private addresses may be fetched from")
    web_private_hosts: Names = Field(default=(), description="hosts that may have private addresses")
    web_proxy: str = ""

    @property
    def chroma_server(self) -> ChromaServer | None:
        """The Chroma server elsewhere; None for one of the home's own.

        :raises IngestUserError: it cannot be asked like this.
        """
        if self.chroma_url is None:
            return None
        return ChromaServer(
            self.chroma_url, self.chroma_tenant, self.chroma_database, self.chroma_token, self.chroma_ca_file
        )


def load_ingest_settings() -> IngestSettings:
    """The settings from the environment.

    :raises IngestUserError: a variable has a value that cannot be used, or names a host that must not be asked.
    """
    try:
        settings = IngestSettings()
    except ValidationError as error:
        raise IngestUserError(settings_message(error)) from None
    keep_to_hosts(settings)
    return settings.model_copy(update={"home": settings.home.expanduser().resolve()})


def keep_to_hosts(settings: IngestSettings) -> None:
    """Hold this process to the hosts in the settings.

    :raises IngestUserError: one of the other settings names a host outside of them.
    """
    residency.keep_to(settings.hosts)
    _ = settings.chroma_server  # says itself what is wrong with it
    if settings.database_url:
        residency.check_database(settings.database_url)


def settings_message(error: ValidationError) -> str:
    """One line for a person: which variable, and what is wrong with it."""
    first = error.errors()[0]
    name = "POLYDESK_" + "_".join(str(part) for part in first["loc"]).upper()
    return f"{name}: {first['msg']} (it is {first['input']!r})"
