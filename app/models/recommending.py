"""Which model fits a company: for each one the reasons for and against it, from the catalogue alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.models.catalogue import Catalogue, Entry, Licence
from app.models.memory import GB, memory_need
from app.models.wishes import Wishes

Weight = Literal["for", "against", "never", "duty"]
_WORDS = Path(__file__).with_name("recommending.yaml")
_CODE = ("HumanEval", "MBPP")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; ``never`` rules a model out, ``duty`` is what has to be done when it is taken."""

    weight: Weight
    code: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What speaks for and against one model; ``fits`` where nothing rules it out."""

    entry: Entry
    reasons: tuple[Reason, ...]
    covered: int  # wished languages that its maker stands for

    @property
    def fits(self) -> bool:
        """Whether it can be taken at all."""
        return not any(reason.weight == "never" for reason in self.reasons)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all its reasons."""
        return frozenset(reason.code for reason in self.reasons)

    @property
    def name(self) -> str:
        """As ``polydesk models use`` takes it."""
        return f"ollama:{self.entry.tag}" if self.entry.hosted is None else self.entry.hosted.names[0]


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    reserved_gb: float
    brisk_parameters: float
    least_score: float


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    figures: _Figures
    regions: dict[str, tuple[str, ...]]
    reasons: dict[str, str]


@cache
def _words() -> _Words:
    from guardrails.yamlfile import load_yaml

    return load_yaml(_WORDS, _Words)


def region_of(place: str) -> str:
    """The region that a country belongs to, as ``eu``; the place itself where it belongs to none that is known."""
    place = place.strip().lower()
    return next((region for region, places in _words().regions.items() if place in places), place)


def recommend(catalogue: Catalogue, wishes: Wishes) -> list[Recommendation]:
    """Every model that comes into question, the best first and those that are ruled out last.

    First comes what speaks the languages, then what is quick enough, then the published score.
    """
    found = [
        _considered(catalogue, entry, wishes)
        for entry in catalogue.models
        if entry.task in wishes.tasks and (entry.hosted is None or wishes.hosted)
    ]
    return sorted(found, key=lambda each: _rank(each, wishes))


def _rank(found: Recommendation, wishes: Wishes) -> tuple[bool, bool, int, bool, bool, bool, float]:
    entry = found.entry
    score = entry.score("MMLU")
    if "code" in wishes.needs:
        score = next((entry.score(name) for name in _CODE if entry.score(name)), score)
    slow = bool(found.codes & {"slow", "beside-gpu"})
    weak = "score-low" in found.codes
    idle = entry.multimodal and "vision" not in wishes.needs  # eyes cost memory, and their licence asks more
    best = -(score.value if score else 0.0)
    return (not found.fits, entry.hosted is not None, -found.covered, weak, slow, idle, best)


def _considered(catalogue: Catalogue, entry: Entry, wishes: Wishes) -> Recommendation:
    reasons = (
        *_room(catalogue, entry, wishes),
        *_tongues(entry, wishes),
        *_abilities(entry, wishes),
        *_whereabouts(entry, wishes),
        *_terms(entry, catalogue.licence_of(entry), wishes),
    )
    return Recommendation(entry, reasons, sum(entry.languages.cover(language) for language in wishes.languages))


def _room(catalogue: Catalogue, entry: Entry, wishes: Wishes) -> Iterator[Reason]:
    if entry.hosted:
        yield _reason("for", "runs-elsewhere")
        return
    need = memory_need(catalogue, entry, wishes.context, gpus=len(wishes.gpus_gb))
    if need is None:
        yield _reason("against", "size-unknown")
        return
    source, total = entry.files[0].source if entry.files else "", need.total / GB
    free, gpus = max(0.0, wishes.memory_gb - _words().figures.reserved_gb), sum(wishes.gpus_gb)
    says = {"need": f"{total:.1f}", "context": str(wishes.context)}
    if gpus and total <= gpus:
        yield _reason("for", "fits-gpu", source, **says, have=f"{gpus:g}")
    elif gpus and total <= gpus + free:
        yield _reason("against", "beside-gpu", source, **says, have=f"{gpus:g}")
    elif not gpus and total <= free:
        yield _reason("for", "fits-memory", source, **says, have=f"{free:g}")
        active = entry.active_parameters or entry.parameters or 0
        if active > _words().figures.brisk_parameters:
            yield _reason("against", "slow", parameters=f"{active / 1e9:.0f}")
    else:
        yield _reason("never", "too-large", source, **says, have=f"{gpus + free:g}")
    if entry.context and entry.context.tokens < wishes.context:
        tokens = str(entry.context.tokens)
        yield _reason("never", "context-short", entry.context.source, tokens=tokens, context=says["context"])


def _tongues(entry: Entry, wishes: Wishes) -> Iterator[Reason]:
    known = [language for language in wishes.languages if entry.languages.cover(language)]
    unknown = [language for language in wishes.languages if language not in known]
    if wishes.languages and entry.hosted and not entry.languages.codes:
        yield _reason("against", "speaks-unknown", entry.languages.source)
        return
    if known:
        yield _reason("for", "speaks", entry.languages.source, languages=", ".join(known))
    if unknown:
        yield _reason("against", "does-not-speak", entry.languages.source, languages=", ".join(unknown))


def _abilities(entry: Entry, wishes: Wishes) -> Iterator[Reason]:
    if "vision" in wishes.needs and entry.multimodal:
        yield _reason("for", "sees")
        if any(language != "en" for language in wishes.languages):
            yield _reason("against", "sees-in-english", entry.languages.source)
    elif "vision" in wishes.needs:
        yield _reason("never", "sees-not")
    if "code" in wishes.needs and entry.task == "code":
        yield _reason("for", "codes")
    elif "code" in wishes.needs:
        score = next((entry.score(name) for name in _CODE if entry.score(name)), None)
        if score is None:
            yield _reason("against", "codes-unknown")
        else:
            told = {"benchmark": score.benchmark, "value": f"{score.value:g}", "setting": score.setting}
            yield _reason("for", "codes-score", score.source, **told)
    mmlu = entry.score("MMLU")
    if mmlu is None:
        yield _reason("against", "score-none")
        return
    low = mmlu.value < _words().figures.least_score
    told = {"value": f"{mmlu.value:g}", "setting": mmlu.setting}
    yield _reason("against" if low else "for", "score-low" if low else "score", mmlu.source, **told)


def _whereabouts(entry: Entry, wishes: Wishes) -> Iterator[Reason]:
    if entry.hosted is None:
        yield _reason("for", "stays-here")
        return
    yield _reason("against", "is-hosted", maker=entry.maker)
    regions = ", ".join(entry.hosted.regions).upper()
    if wishes.residency and wishes.residency not in entry.hosted.regions:
        yield _reason("never", "leaves", entry.hosted.source, regions=regions, residency=wishes.residency.upper())
    else:
        yield _reason("for", "stays-in", entry.hosted.source, regions=regions)


def _terms(entry: Entry, licence: Licence, wishes: Wishes) -> Iterator[Reason]:
    told = {"licence": licence.name, "duties": " ".join(licence.duties)}
    source = licence.source
    if not licence.production and wishes.use == "commercial":
        yield _reason("never", "no-production", source, **told)
    elif not licence.commercial and wishes.use == "commercial":
        yield _reason("never", "not-commercial", source, **told)
    elif not (licence.production and licence.commercial):
        yield _reason("against", "only-evaluation", source, licence=licence.name, use=wishes.use)
    if licence.users is not None and wishes.users > licence.users:
        limit = f"{licence.users:,}".replace(",", " ")
        yield _reason("never", "too-many-users", source, licence=licence.name, limit=limit, when=licence.users_when)
    if entry.multimodal and wishes.seat in licence.multimodal_not_in:
        excluded = {"licence": licence.name, "domicile": str(wishes.seat).upper()}
        yield _reason("never", "not-in-domicile", licence.multimodal_source or source, **excluded)
    if licence.attribution or entry.hosted:
        yield _reason("duty", "licence-duties", source, **told)
    elif licence.production and licence.commercial:
        yield _reason("for", "licence-free", source, licence=licence.name)


def _reason(weight: Weight, code: str, source: str = "", **values: str) -> Reason:
    return Reason(weight, code, _words().reasons[code].format(**values), source)
