"""Whether the large model is asked after the small one, and whose words stand in the end."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.routing.policy import AfterPolicy

MODEL_FAILED = "model-failed"
NO_ANSWER = "no-answer"
WITHHELD = "withheld"
UNFINISHED = "unfinished"
FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of asking one model."""

    shown: int = 0  # sentences that passed the guards
    withheld: int = 0
    findings: frozenset[str] = frozenset()  # codes of the guards
    unfinished: bool = False
    failed: str = ""  # the code of the model's error

    @property
    def share_withheld(self) -> float:
        """Of all its sentences, 0..1."""
        written = self.shown + self.withheld
        return self.withheld / written if written else 0.0


def decide_after(attempted: Attempted, confidence: float, policy: AfterPolicy) -> str | None:
    """The stable code of why the large model has to be asked, too; None where the small one's answer will do.

    :param confidence: 0..1, that the evidence answers the question: where it is low, finding no answer is no wonder.
    """
    if attempted.failed:
        return MODEL_FAILED if policy.failed else None
    if not attempted.shown and not attempted.withheld:
        return NO_ANSWER if policy.no_answer is not None and confidence >= policy.no_answer else None
    if attempted.findings & set(policy.findings):
        return FINDING
    if attempted.unfinished and policy.unfinished:
        return UNFINISHED
    if attempted.withheld and attempted.share_withheld >= policy.withheld:
        return WITHHELD
    return None


def takes_the_place(second: Attempted, first: Attempted) -> bool:
    """Whether the second attempt is shown and not the first: never where it is the worse of the two.

    A model that failed gives way to what was checked. One that shows nothing, or had more of what it wrote withheld,
    does not take the place of an answer that is there.
    """
    if first.failed:
        return bool(second.shown) or (not second.failed and not first.shown)
    if second.failed:
        return False
    if not first.shown:
        return True
    return bool(second.shown) and second.share_withheld <= first.share_withheld
