"""Which licence a model is under, and what it asks, in words."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.catalogue import Catalogue, Entry, Licence

_HUB = "https://huggingface.co/"


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that a licence asks, in a sentence, and where it says so."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Licensed:
    """A model with its licence.

    :param rules_out: why it may not be used in production; empty where it may.
    """

    entry: Entry
    licence: Licence
    duties: tuple[Duty, ...]
    rules_out: str

    @property
    def free(self) -> bool:
        """Whether it asks for nothing beyond keeping its notice with copies that are passed on."""
        return self.licence.attribution is None and self.licence.users is None and not self.rules_out


def licensed(catalogue: Catalogue, name: str) -> Licensed | None:
    """The licence of a model by its name with the provider; None where the catalogue does not know the model."""
    entry = _entry(catalogue, name)
    if entry is None:
        return None
    licence = catalogue.licence_of(entry)
    return Licensed(entry, licence, duties_of(licence, entry), _ruled_out(licence))


def duties_of(licence: Licence, entry: Entry) -> tuple[Duty, ...]:
    """All that the licence asks when ``entry`` is used."""
    found = [Duty(duty, licence.source) for duty in licence.duties]
    if licence.users is not None:
        limit = f"{licence.users:,}".replace(",", " ")
        text = f"A licence of its own above {limit} monthly users {licence.users_when}."
        found.append(Duty(text, licence.source))
    if entry.multimodal and licence.multimodal_not_in:
        text = f"No seat of the company in: {', '.join(licence.multimodal_not_in).upper()}."
        found.append(Duty(text, licence.multimodal_source or licence.source))
    return tuple(found)


def _ruled_out(licence: Licence) -> str:
    if not licence.production:
        return f"{licence.name} allows no use in production"
    return "" if licence.commercial else f"{licence.name} allows no commercial use"


def _entry(catalogue: Catalogue, name: str) -> Entry | None:
    found = catalogue.find(name)
    provider, _, tag = name.partition(":")
    if found is not None or provider not in ("openai", "mistralai"):
        return found
    if provider == "mistralai":  # whatever Mistral runs is under its terms, never under the licence of the weights
        return next((each for each in catalogue.models if _is_run_by(each, provider)), None)
    return catalogue.find(tag) or next((each for each in catalogue.models if _is_on_hub(each, tag)), None)


def _is_run_by(entry: Entry, provider: str) -> bool:
    return entry.hosted is not None and any(name.startswith(f"{provider}:") for name in entry.hosted.names)


def _is_on_hub(entry: Entry, tag: str) -> bool:
    """Whether one of its sources is the page of ``tag``, as servers such as vLLM name models."""
    parts = (entry.licence, entry.languages, entry.shape, entry.context)
    sources = [part.source for part in parts if part is not None]
    return "/" in tag and any(f"{source}/".lower().startswith(f"{_HUB}{tag}/".lower()) for source in sources)
