"""``polydesk eval customers``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def customers(
    words: Annotated[
        Path | None, typer.Option(help="A folder of what customers say, LANGUAGE.yaml each; ours when not given.")
    ] = None,
    model: Annotated[str, typer.Option(help="ollama:TAG, or quoting.")] = "quoting",
    seed: Annotated[int, typer.Option(help="Which questions they ask.")] = 20261121,
    failures: Annotated[bool, typer.Option(help="List the conversations that went wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Customers in twelve languages who are impatient, confused, hostile, change the language, or say who they are."""
    from eval.suites.customers import print_customers, run_customers

    print_customers(run_customers(words, model, seed), failures, as_json)
