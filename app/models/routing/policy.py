"""When the large model of a route is asked, and how often: thresholds that operations may edit, validated on load."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from app.errors import AppUserError
from app.models.catalogue import load_catalogue
from app.models.routing.naming import parts_of
from guardrails.errors import PolicyError
from guardrails.policy_file import WatchedFile
from guardrails.sections import Fraction, Section
from guardrails.yamlfile import load_yaml

POLICY_PATH = Path(__file__).with_name("policy.yaml")
_ALL = "mul"
_opening = threading.Lock()

Amount = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


def _route(name: str) -> str:
    try:
        parts_of(name)
    except AppUserError as error:
        raise ValueError(str(error)) from None
    return name


class BeforePolicy(Section):
    """When the small model is not asked at all."""

    thin_evidence: Fraction
    language: bool
    delicate: tuple[str, ...] = ()  # causes of the rules of escalation


class AfterPolicy(Section):
    """What of the small model's attempt makes the large one worth its while."""

    withheld: Fraction  # share of its sentences
    no_answer: Fraction | None  # from this confidence
    unfinished: bool
    failed: bool
    findings: tuple[str, ...] = ()  # codes of guards


class BudgetPolicy(Section):
    """What may be spent on the large model in a day."""

    calls: int | None = Field(ge=0)
    money: Amount | None = None


class LanguagesPolicy(Section):
    """What a model is good at, where the catalogue does not say, or you know better."""

    unlisted: tuple[str, ...]
    own: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class RoutingPolicy(Section):
    """The whole file."""

    before: BeforePolicy
    after: AfterPolicy
    budget: BudgetPolicy
    languages: LanguagesPolicy
    offered: tuple[Annotated[str, AfterValidator(_route)], ...] = ()

    def covers(self, model: str, language: str) -> bool:
        """Whether a model is good at a language, by what was measured here, or else by what its maker stands for."""
        known = self.languages.own.get(model)
        if known is None:
            entry = load_catalogue().find(model)
            known = entry.languages.codes if entry else self.languages.unlisted
        return language.split("-")[0].lower() in known or _ALL in known


def load_routing(path: Path = POLICY_PATH) -> RoutingPolicy:
    """The policy in ``path``.

    :raises PolicyError: with the file and the line, when it does not fit.
    """
    return load_yaml(path, RoutingPolicy)


def open_routing(path: Path | None) -> Callable[[], RoutingPolicy]:
    """Tells the policy in force: that in ``path``, the one that is shipped when None; it is read again on a change.

    :raises AppUserError: the file cannot be used.
    """
    with _opening:
        return _opened(path or POLICY_PATH).current


@cache
def _opened(path: Path) -> WatchedFile[RoutingPolicy]:
    try:
        return WatchedFile(path, load_routing, "policy of routing")
    except PolicyError as error:
        raise AppUserError(str(error)) from None
