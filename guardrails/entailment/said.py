"""What one sentence says beside its topic: its cues, the countries it names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from guardrails.entailment.duty import find_duty
from guardrails.entailment.lexicon import Cue, find_cues
from guardrails.entailment.territories import find_territories
from guardrails.folding import fold
from guardrails.quantities import Quantity, find_quantities

_SHOWN = 90  # characters of the evidence in a reason
_NOT_CONTRASTS = frozenset({"neg", "deny", "soft", "may", "hedge", "must", "should", "except", "cond", "all", "only"})


@dataclass(frozen=True, slots=True)
class Said:
    """A text with its cues."""

    text: str
    language: str
    cues: tuple[Cue, ...]
    groups: frozenset[str]
    territories: frozenset[str]
    quantities: tuple[Quantity, ...]
    duty: str  # "needed", "unneeded", "allowed", "barred", or nothing

    def says(self, *groups: str) -> bool:
        """Whether it has a cue of one of these groups."""
        return not self.groups.isdisjoint(groups)

    def values(self, contrast: str) -> frozenset[str]:
        """What it names of a contrast."""
        return frozenset(cue.value for cue in self.cues if cue.group == contrast)

    @property
    def contrasts(self) -> frozenset[str]:
        return self.groups - _NOT_CONTRASTS

    @property
    def price(self) -> str:
        """``free`` or ``charged``, nothing where it speaks of no price: what "costs nothing" is free."""
        values = self.values("cost")
        if "charged" not in values or "free" in values:
            return "free" if values else ""
        denials = [cue for cue in self.cues if cue.group == "neg"]
        charged = [cue for cue in self.cues if cue.value == "charged"]
        if any(each.start <= cue.start and cue.end <= each.end for each in charged for cue in denials):
            return "charged"  # "not free" is a word for it
        return "free" if denials else "charged"

    @property
    def quoted(self) -> str:
        """The beginning of the text, for a reason."""
        text = " ".join(self.text.split())
        return f"«{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}»"

    def words(self, group: str) -> str:
        """The first word of a group as the (folded) text has it, for a reason."""
        return next((fold(self.text)[cue.start : cue.end] for cue in self.cues if cue.group == group), "")


# The units of a question's passages are held against every sentence of its answer.
@lru_cache(maxsize=2048)
def said(text: str, language: str) -> Said:
    """What ``text`` says."""
    cues = find_cues(text, language)
    quantities = tuple(find_quantities(text, language))
    groups = frozenset(cue.group for cue in cues)
    return Said(
        text, language, cues, groups, find_territories(text, language), quantities, find_duty(text, language, cues)
    )
