"""The hosts that models are asked at, as prices can differ by them."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from app.settings import Settings


class Servers(NamedTuple):
    """By the provider's name; None where it has no host of its own, or is not used."""

    openai: str | None = None
    mistralai: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> Servers:
        """As the settings name them."""
        return cls(urlsplit(settings.openai_url).hostname, urlsplit(settings.mistral_url).hostname)

    def at(self, model: str) -> str | None:
        """Where a model is asked, by its name with the provider."""
        return self._asdict().get(model.partition(":")[0])
