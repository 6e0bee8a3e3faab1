"""What the assistant reads from the environment, once, at the edge."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, ValidationError

from app.errors import AppUserError
from ingest import residency
from ingest.errors import IngestUserError
from ingest.settings import IngestSettings, keep_to_hosts, settings_message


class Settings(IngestSettings):
    """``POLYDESK_MODEL``, ``POLYDESK_OLLAMA_URL`` and so on, beside what ingestion reads."""

    model: str | None = Field(
        default=None,
        description="ollama:TAG, openai:NAME, mistralai:NAME, routed:SMALL,LARGE or quoting; when not given, what "
        "`models use` chose, else the first Mistral or Llama model that Ollama has",
    )
    reranker: str = Field(default="", description="a cross-encoder, as a folder or a hub id; none when empty")
    policy: Path | None = Field(default=None, description="what the guards let pass; the shipped policy when not given")
    style: Path | None = Field(default=None, description="how drafts are worded; the shipped style when not given")
    prices: Path | None = Field(default=None, description="what models cost; comes before the shipped price list")
    routing: Path | None = Field(
        default=None, description="when a route asks its large model; the shipped policy when not given"
    )
    golden: Path | None = Field(
        default=None, description="your golden questions, a file or a folder; those on the sample when not given"
    )
    ollama_url: str = Field(default="http://127.0.0.1:11434", description="several with commas between")
    openai_url: str = Field(default="", description="a server that speaks OpenAI's protocol, such as vLLM or llama.cpp")
    mistral_url: str = Field(
        default="https://api.eu.mistral.ai/v1",  # api.mistral.ai computes anywhere, this one in the EU and EFTA:
        description="Mistral's hosted models",  # https://docs.mistral.ai/studio/regional-inference
    )
    num_ctx: int = Field(default=8192, ge=1024, description="context length in tokens that is sent with every request")
    num_predict: int = Field(default=512, ge=16, description="longest answer in tokens")
    keep_alive: str = Field(default="10m", description="how long Ollama keeps the model in memory")
    model_timeout_s: float = Field(default=120.0, gt=0, description="longest silence of the model")
    answers_at_once: int = Field(
        default=4, ge=1, le=256, description="that one page writes; who asks meanwhile waits their turn"
    )
    answer_timeout_s: float = Field(default=300.0, gt=0, description="longest time for one answer")
    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=0, le=65535)
    public_url: str | None = Field(default=None, description="the page's address as browsers have it, behind a proxy")
    audit_key: str | None = Field(
        default=None, repr=False, description="signs the audit; a file in the home when not given"
    )
    audit_seals: Path | None = Field(
        default=None, description="a file outside of the home to which the seals of the audit are written, too"
    )
    keeping: Path | None = Field(default=None, description="how long each kind is kept; forever when not given")
    finish_seconds: float = Field(default=20.0, ge=0, description="for running answers once the page is told to end")
    telemetry_url: str = Field(default="", description="a collector that speaks OTLP over HTTP; off when empty")
    metrics: bool = Field(default=False, description="whether Prometheus may ask for figures at /metrics of the page")
    metrics_token: str | None = Field(
        default=None, repr=False, description="that it must show; without one, only this machine may ask"
    )
    answer_cache: float = Field(
        default=0.0, ge=0, le=8760, description="hours for which an answer may be given again to who asks the same"
    )
    sign_in_hours: float = Field(default=12.0, gt=0, le=720, description="how long a sign-in holds")
    sign_in_idle_minutes: float = Field(
        default=60.0, ge=0, description="how long it holds unused; 0 for as long as that"
    )
    questions_per_minute: int = Field(default=20, ge=0, description="that one person may ask; 0 for any number")
    questions_per_hour: int = Field(default=300, ge=0, description="the same")


def load_settings() -> Settings:
    """The settings from the environment.

    :raises AppUserError: a variable has a value that cannot be used, or names a host outside of ``POLYDESK_HOSTS``.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise AppUserError(settings_message(error)) from None
    try:
        keep_to_hosts(settings)
        for variable, address in _addresses(settings):
            residency.check_address(address, variable)
    except IngestUserError as error:
        raise AppUserError(str(error)) from None
    return settings.model_copy(update={"home": settings.home.expanduser().resolve()})


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    """Whatever may be asked with these settings, by the variable that it stands in."""
    for name in ("ollama_url", "openai_url", "mistral_url", "telemetry_url"):
        for address in str(getattr(settings, name)).split(","):
            if address.strip() and (name != "mistral_url" or _uses_mistral(settings)):
                yield f"POLYDESK_{name.upper()}", address.strip()
    if provider := os.environ.get("POLYDESK_OIDC_METADATA_URL"):
        yield "POLYDESK_OIDC_METADATA_URL", provider


def _uses_mistral(settings: Settings) -> bool:
    """Its address has a default, which is nobody's wish; whoever chooses such a model later is refused at the call."""
    default = Settings.model_fields["mistral_url"].default
    return settings.mistral_url != default or "mistralai:" in (settings.model or "")
