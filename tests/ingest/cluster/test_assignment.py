"""A worker that would not do what the writer does is refused, with what differs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest import residency
from ingest.cluster import assignment
from ingest.cluster.assignment import assignment_of, check_fits
from ingest.errors import IngestUserError
from ingest.settings import IngestSettings


@pytest.fixture
def settings(models_folder: Path) -> IngestSettings:
    return IngestSettings(home=models_folder.parent, database_url="postgresql://ana:secret@db/ledger")


def test_a_worker_like_the_writer_fits_and_is_held_to_the_same_hosts(settings: IngestSettings) -> None:
    check_fits(assignment_of(settings.model_copy(update={"hosts": ("models.example.com",)})), settings.home)
    assert residency.refuses("elsewhere.example.com")


def test_workers_are_told_no_secret(settings: IngestSettings) -> None:
    assert "secret" not in repr(assignment_of(settings))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "0" * 16}, "polydesk there is not the same"),
        ({"libraries": ("unstructured 0.1",)}, "other libraries there than here (beautifulsoup4 "),
        ({"fingerprint": "0" * 16}, "multilingual-e5-small is another model there"),
    ],
)
def test_other_code_libraries_or_models_are_refused(
    settings: IngestSettings, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(IngestUserError) as misfit:
        check_fits(replace(assignment_of(settings), **change), settings.home)
    assert said in str(misfit.value) and "\n" not in str(misfit.value)


def test_all_compute_alike_whatever_their_processors(settings: IngestSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer decides; where it chose bf16 by itself, a worker that has none says what to set."""
    monkeypatch.setattr("ingest.embedding.models.processor_has_bf16", lambda: True)
    chosen = assignment_of(settings)
    assert chosen.runtime == "torch-bf16"
    monkeypatch.setattr(assignment, "processor_has_bf16", lambda: False)
    with pytest.raises(IngestUserError, match="POLYDESK_EMBEDDING_RUNTIME=onnx"):
        check_fits(chosen, settings.home)
    for runtime in ("onnx", "torch", "torch-bf16"):
        asked = assignment_of(settings.model_copy(update={"embedding_runtime": runtime}))
        assert asked.runtime == runtime
        check_fits(asked, settings.home)
