"""Hold the runs of several models side by side: figures, flaws, cost, licence, and what to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.costs.pricelist import PriceList, load_prices
from app.models.catalogue import load_catalogue
from app.models.licensing import Licensed, licensed
from eval.compare.advice import Advice, Compared, advised
from eval.compare.flaws import flaws_of
from eval.errors import EvalUserError
from eval.runs.costs import run_cost
from eval.runs.folder import RunFolder
from eval.runs.printing import as_object

SUITES = ("golden", "latency")


@dataclass(frozen=True)
class Comparison(Compared):
    """Models with all that is known of them and what is advised, in the order in which they were named."""

    advice: Sequence[Advice]

    def as_object(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "models": [
                {
                    "model": name,
                    **{key: value for key, value in as_object(run).items() if key != "model"},
                    "flaws": [
                        {"code": each.code, "said": each.said, "examples": each.examples} for each in self.flaws[name]
                    ],
                    "cost": self.costs[name].as_object(),
                    "memory_bytes": run.manifest.model.memory or None,
                    "licence": _licence_object(self.licences[name]),
                }
                for name, run in self.runs.items()
            ],
            "advice": [{"use": each.use, "model": each.model, "because": each.because} for each in self.advice],
            "not_for_production": [{"model": name, "because": because} for name, because in self.ruled_out.items()],
        }


def compare(runs: Mapping[str, RunFolder], prices: PriceList | None = None) -> Comparison:
    """What the runs of several models say.

    :param prices: what models cost; the shipped list when None.
    :raises EvalUserError: there is nothing to compare.
    """
    if len(runs) < 2:
        raise EvalUserError("name at least two models to compare")
    flaws = {name: flaws_of(name, runs) for name in runs}
    costs = {name: run_cost(run, prices or load_prices()) for name, run in runs.items()}
    licences = {name: licence_of(run) for name, run in runs.items()}
    compared = Compared(runs, flaws, costs, licences)
    return Comparison(runs, flaws, costs, licences, advised(compared))


def licence_of(run: RunFolder) -> Licensed | None:
    """The licence of the model of a run; None where the catalogue does not know it, or no model was asked."""
    model = run.manifest.model
    return licensed(load_catalogue(), model.base or model.name)


def _licence_object(found: Licensed | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "name": found.licence.name,
        "source": found.licence.source,
        "model": found.entry.title,
        "production": not found.rules_out,
        "duties": [{"duty": duty.text, "source": duty.source} for duty in found.duties],
    }
