"""The models that polydesk knows, from ``app/models.yaml``: what they are, what they need, what they ask."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Task = Literal["answers", "code", "embedding", "judge", "guard"]
FILE = Path(__file__).parent.with_suffix(".yaml")


def _address(value: str) -> str:
    if not value.startswith("https://"):
        raise ValueError(f"{value!r} is neither an entry of `sources` nor an address that begins with https://")
    return value


Source = Annotated[str, AfterValidator(_address)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelFile(_Frozen):
    """Weights as Ollama has them; the first tag is the one to pull."""

    tags: tuple[str, ...] = Field(min_length=1)
    quantisation: str
    bytes: int = Field(gt=0)
    source: Source


class Shape(_Frozen):
    """What the memory for keys, values and working buffers depends on."""

    layers: int = Field(gt=0)
    hidden: int = Field(gt=0)
    feed_forward: int = Field(gt=0)
    heads: int = Field(gt=0)
    kv_heads: int = Field(gt=0)
    head_dim: int = Field(gt=0)
    vocabulary: int = Field(gt=0)
    experts: int = 1
    active_experts: int = 1
    tied: bool = False  # one matrix reads tokens and writes them
    cross_layers: int = 0  # of ``layers``, those that look at an image instead of the text
    source: Source


class Context(_Frozen):
    """The longest prompt with its answer, in tokens."""

    tokens: int = Field(gt=0)
    source: Source


class Languages(_Frozen):
    """ISO 639-1 codes of the languages that the maker stands for; ``mul`` for about a hundred."""

    codes: tuple[str, ...]
    source: Source
    note: str = ""

    def cover(self, language: str) -> bool:
        """Whether the maker stands for ``language``."""
        return language in self.codes or "mul" in self.codes


class LicenceOf(_Frozen):
    """Under which licence a model is, and where its maker says so."""

    id: str
    source: Source


class Score(_Frozen):
    """A score that the maker published, in per cent."""

    benchmark: str
    value: float
    setting: str
    source: Source


class Hosted(_Frozen):
    """A model that its maker runs; ``names`` as polydesk takes them."""

    names: tuple[str, ...] = Field(min_length=1)
    regions: tuple[str, ...]
    source: Source


class Entry(_Frozen):
    """One model."""

    name: str
    title: str
    maker: str
    family: str  # whose variant of each prompt fits
    task: Task
    multimodal: bool = False
    bundled: bool = False
    parameters: int | None = None
    active_parameters: int | None = None  # that read each token; all of them when not given
    files: tuple[ModelFile, ...] = ()
    shape: Shape | None = None
    context: Context | None = None
    languages: Languages
    licence: LicenceOf
    strengths: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    hosted: Hosted | None = None

    @property
    def tags(self) -> tuple[str, ...]:
        """All its tags on Ollama."""
        return tuple(tag for file in self.files for tag in file.tags)

    @property
    def tag(self) -> str | None:
        """The tag to pull."""
        return self.files[0].tags[0] if self.files else None

    def score(self, benchmark: str) -> Score | None:
        """The published score in ``benchmark``."""
        return next((score for score in self.scores if score.benchmark == benchmark), None)


class Licence(_Frozen):
    """What a licence asks of a company."""

    name: str
    source: Source
    commercial: bool = True
    production: bool = True
    users: int | None = None  # monthly users above which the maker has to be asked first
    users_when: str = ""
    attribution: str | None = None
    notice: str | None = None  # that goes with copies, in the licence's own words
    multimodal_not_in: tuple[str, ...] = ()  # where a company must not have its seat
    multimodal_source: Source | None = None
    duties: tuple[str, ...]

    @model_validator(mode="after")
    def _exclusion_has_a_source(self) -> Licence:
        if self.multimodal_not_in and self.multimodal_source is None:
            raise ValueError("multimodal_not_in needs a multimodal_source")
        return self


class BitsPerWeight(_Frozen):
    """Bits that a weight takes in each quantisation."""

    values: dict[str, float]
    source: Source


class Buffers(_Frozen):
    """Working memory while a prompt is read; ``batch`` in tokens."""

    batch: int = Field(gt=0)
    image_tokens: int = Field(gt=0)
    source: Source


class Driver(_Frozen):
    """Memory that the GPU's driver takes."""

    bytes: int = Field(gt=0)
    source: Source


class MemoryConstants(_Frozen):
    """What the arithmetic of :mod:`app.models.memory` rests on."""

    bits_per_weight: BitsPerWeight
    buffers: Buffers
    driver: Driver


class Unlisted(_Frozen):
    """What a tag is taken for that no model of the catalogue has."""

    words: tuple[str, ...] = Field(min_length=1)
    task: Task
    family: str


class Catalogue(_Frozen):
    """The file."""

    sources: dict[str, Source]
    memory: MemoryConstants
    licences: dict[str, Licence]
    unlisted: tuple[Unlisted, ...]
    models: tuple[Entry, ...]

    @model_validator(mode="before")
    @classmethod
    def _names_of_sources_become_addresses(cls, content: Any) -> Any:
        sources = content.get("sources") if isinstance(content, dict) else None
        return _with_addresses(content, sources) if isinstance(sources, dict) else content

    @model_validator(mode="after")
    def _fits_together(self) -> Catalogue:
        names = [entry.name for entry in self.models] + [tag for entry in self.models for tag in entry.tags]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} stands there twice")
        for entry in self.models:
            if entry.licence.id not in self.licences:
                raise ValueError(f"{entry.name}: licence {entry.licence.id!r} is not among `licences`")
            if not (entry.files or entry.hosted or entry.bundled):
                raise ValueError(f"{entry.name}: give files to pull, or names of a hosted model")
        return self

    def licence_of(self, entry: Entry) -> Licence:
        """The licence of a model of this catalogue."""
        return self.licences[entry.licence.id]

    def find(self, name: str) -> Entry | None:
        """The model of that name, tag or provider name; without regard to case."""
        wanted = name.lower().removeprefix("ollama:")
        tags = {wanted, wanted if ":" in wanted else f"{wanted}:latest"}
        return next((entry for entry in self.models if tags & set(_names(entry))), None)

    def task_of(self, name: str) -> Task | None:
        """What a tag is for; None where nothing is known of it."""
        entry = self.find(name)
        if entry is not None:
            return entry.task
        unlisted = self._unlisted(name)
        return unlisted.task if unlisted else None

    def family_of(self, name: str) -> str:
        """The family whose prompts fit: that of the model, or what the words of an unlisted tag say."""
        entry = self.find(name) or self._unlisted(name)
        return entry.family if entry else self.unlisted[-1].family

    def _unlisted(self, name: str) -> Unlisted | None:
        lower = name.lower()
        return next((each for each in self.unlisted if all(word in lower for word in each.words)), None)


def _names(entry: Entry) -> Iterator[str]:
    yield entry.name
    yield from entry.tags
    if entry.hosted:
        yield from entry.hosted.names


def _with_addresses(content: Any, sources: dict[str, str]) -> Any:
    if isinstance(content, dict):
        return {
            key: sources.get(value, value)
            if key in ("source", "multimodal_source") and isinstance(value, str)
            else _with_addresses(value, sources)
            for key, value in content.items()
        }
    if isinstance(content, list):
        return [_with_addresses(each, sources) for each in content]
    return content


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue.

    :raises guardrails.errors.PolicyError: the file is not what it should be; the message names the line.
    """
    from guardrails.yamlfile import load_yaml

    return load_yaml(FILE, Catalogue)
