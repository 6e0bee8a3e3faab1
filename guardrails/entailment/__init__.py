"""What similarity does not see: whether a sentence turns round what the evidence says."""

from guardrails.entailment.binding import bound
from guardrails.entailment.clauses import clauses
from guardrails.entailment.comparing import compared, held_against
from guardrails.entailment.labels import topics
from guardrails.entailment.model import GateModel, load_gate_model
from guardrails.entailment.parts import Clause
from guardrails.entailment.rules import Finding, Pair, findings
from guardrails.entailment.said import Said, said
from guardrails.entailment.whole import limits, whole_findings

__all__ = [
    "Clause",
    "Finding",
    "GateModel",
    "Pair",
    "Said",
    "bound",
    "clauses",
    "compared",
    "findings",
    "held_against",
    "limits",
    "load_gate_model",
    "said",
    "topics",
    "whole_findings",
]
