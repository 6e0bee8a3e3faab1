"""A real Ray of one machine, for each file of tests: two workers, loopback alone, 100 MB for objects."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from eval.local_ray import LOOPBACK_ALONE, LocalRay, local_ray

WORKERS = 2


@pytest.fixture(scope="session", autouse=True)
def _on_loopback() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LOOPBACK_ALONE.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def ray_head(_on_loopback: None) -> Iterator[LocalRay]:
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install 'polydesk[ray]'")
    with local_ray(WORKERS) as started:
        yield started
