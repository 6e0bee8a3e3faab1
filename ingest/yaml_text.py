"""YAML as data: no types but plain ones, and nothing is run."""

from __future__ import annotations

from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C takes a tenth of the time, and may not be there


def read_yaml(text: str) -> Any:
    """What ``text`` says.

    :raises yaml.YAMLError: it is not YAML.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506  # both are safe loaders
