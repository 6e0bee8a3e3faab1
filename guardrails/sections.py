"""What every section of the policy file is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Fraction = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Weight = Annotated[float, Field(allow_inf_nan=False)]


class Section(BaseModel):
    """A part of the policy file; a key that it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")
