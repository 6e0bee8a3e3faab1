"""The figures: latency, tokens, cost, abstentions, escalations, findings, scores, by language and model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from opentelemetry.metrics import Counter, Histogram, Meter

from app.answers import Answer, Escalated, Usage
from app.costs.attempts import attempts_cost
from app.costs.counting import Cost
from app.costs.pricelist import PriceList
from app.costs.servers import Servers
from app.telemetry.steps import Value
from app.telemetry.vocabulary import vocabulary

# Both as the semantic conventions want them for gen_ai.client.*
_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
_TOKENS = [4.0**power for power in range(14)]
_SHARES = [tenth / 10 for tenth in range(1, 11)]
_COUNTERS = ("questions", "abstentions", "escalations", "guard.findings", "cost")
_BOUNDARIES = {"s": _SECONDS, "{token}": _TOKENS, "1": _SHARES}


class Meters:
    """Counts what answers say of themselves.

    :param prices: that answers are paid by.
    :param servers: that models are asked at.
    """

    def __init__(self, meter: Meter, prices: PriceList, servers: Servers) -> None:
        self._prices = prices
        self._servers = servers
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}
        for name, metric in vocabulary().metrics.items():
            if name.removeprefix("polydesk.") in _COUNTERS:
                self._counters[name] = meter.create_counter(name, metric.unit)
            else:
                bounds = _BOUNDARIES[metric.unit]
                self._histograms[name] = meter.create_histogram(
                    name, metric.unit, explicit_bucket_boundaries_advisory=bounds
                )

    def cost_of(self, answer: Answer) -> Cost | None:
        """What all models of the answer cost together; None where one of them has no known price."""
        return attempts_cost(self._prices, self._servers, answer.attempts, date.today())

    def answered(self, answer: Answer, cost: Cost | None) -> None:
        """A question has come to its end."""
        of = {"polydesk.language": answer.language, "polydesk.model": answer.model}
        timings = answer.timings_ms
        ended: dict[str, Value] = {
            **of,
            "polydesk.action": answer.action,
            "polydesk.recalled": answer.recalled is not None,
        }
        self._add("polydesk.questions", 1, ended)
        self._time("polydesk.question.duration", timings.total, ended)
        if timings.first_token:
            self._time("polydesk.first_token.duration", timings.first_token, of)
        self._time("polydesk.retrieval.duration", timings.retrieval, of)
        self._note("polydesk.evidence.confidence", answer.confidence, of)
        for guard in answer.guards:
            self._time("polydesk.guard.duration", guard.milliseconds, {**of, "polydesk.guard": guard.guard})
        for said in answer.findings:
            by = {"polydesk.guard": said.guard, "polydesk.about": said.about, "polydesk.finding": said.code}
            self._add("polydesk.guard.findings", 1, {**of, **by})
        for sentence in answer.sentences:
            by_support: dict[str, Value] = {**of, "polydesk.supported": sentence.supported}
            self._note("polydesk.sentence.support", sentence.score, by_support)
        if answer.action == "abstain":
            for reason in answer.reasons:
                self._add("polydesk.abstentions", 1, {**of, "polydesk.reason": reason})
        if cost is not None:
            self._add("polydesk.cost", float(cost.amount), {**of, "polydesk.currency": cost.currency})

    def escalated(self, answer: Answer, case: Escalated) -> None:
        """A person looks at it."""
        of = {"polydesk.language": answer.language, "polydesk.model": answer.model}
        self._add("polydesk.escalations", 1, {**of, "polydesk.cause": case.cause, "polydesk.priority": case.priority})

    def requested(self, asked: Mapping[str, Value], usage: Usage, seconds: float, error: str) -> None:
        """A model was asked.

        :param asked: the attributes of the request.
        :param error: its code; empty where there was none.
        """
        failed: dict[str, Value] = {"error.type": error} if error else {}
        self._note("gen_ai.client.operation.duration", seconds, {**asked, **failed})
        for kind, tokens in (("input", usage.prompt_tokens), ("output", usage.completion_tokens)):
            if tokens:
                self._note("gen_ai.client.token.usage", tokens, {**asked, "gen_ai.token.type": kind})

    def _add(self, name: str, number: float, by: Mapping[str, Value]) -> None:
        self._counters[name].add(number, vocabulary().measured(name, by))

    def _note(self, name: str, value: float, by: Mapping[str, Value]) -> None:
        self._histograms[name].record(value, vocabulary().measured(name, by))

    def _time(self, name: str, milliseconds: float, by: Mapping[str, Value]) -> None:
        self._note(name, milliseconds / 1000, by)
