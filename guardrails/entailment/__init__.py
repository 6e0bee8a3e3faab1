"""What similarity does not see: whether a sentence turns round what the evidence says."""

from guardrails.entailment.clauses import clauses
from guardrails.entailment.model import GateModel, load_gate_model
from guardrails.entailment.rules import Finding, Pair, findings
from guardrails.entailment.said import Said, said
from guardrails.entailment.whole import whole_findings

__all__ = ["Finding", "GateModel", "Pair", "Said", "clauses", "findings", "load_gate_model", "said", "whole_findings"]
