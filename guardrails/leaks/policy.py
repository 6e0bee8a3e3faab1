"""What an answer may link to, and from what length a repetition of the prompt is a leak."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from guardrails.sections import Section

Host = Annotated[str, StringConstraints(to_lower=True, pattern=r"^(\*\.)?[\w-]+(\.[\w-]+)+$")]


class LeaksPolicy(Section):
    """``allowed_hosts`` may be linked to in any answer; ``*.example.com`` stands for every host under it."""

    enabled: bool
    allowed_hosts: tuple[Host, ...]
    prompt_overlap: Annotated[
        int, Field(ge=10)
    ]  # letters in a row that a sentence may not have in common with a prompt
    secret_bits: Annotated[float, Field(ge=2.0, le=6.0)]  # entropy (bits a character) from which a token is a secret
