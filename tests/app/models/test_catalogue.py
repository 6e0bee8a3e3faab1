"""The catalogue: every figure has a source, and the figures agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from app.models.catalogue import FILE, Catalogue, Entry, Shape, load_catalogue
from app.models.memory import buffer_bytes, cache_bytes, file_bytes, memory_need

CATALOGUE = load_catalogue()
GIB = 2**30
# Published for Llama 3.1 8B at https://github.com/ggml-org/llama.cpp/blob/master/tools/quantize/README.md, in GiB.
PUBLISHED_GIB = {"Q4_K_M": 4.58, "Q5_K_M": 5.33, "Q6_K": 6.14, "Q8_0": 7.95, "F16": 14.96}
# What the makers say of their models, in billions.
SAID = {
    "mistral-7b": 7.25,
    "mistral-nemo": 12.2,
    "mistral-small": 23.6,
    "mixtral-8x7b": 46.7,
    "codestral": 22.2,
    "llama3.2-1b": 1.23,
    "llama3.2-3b": 3.21,
    "llama3.1-8b": 8.03,
    "llama3.3-70b": 70.6,
    "llama3.1-405b": 405.9,
}


def entry(name: str) -> Entry:
    found = CATALOGUE.find(name)
    assert found is not None
    return found


def content(**changes: Any) -> dict[str, Any]:
    return {**yaml.safe_load(FILE.read_text(encoding="utf-8")), **changes}


def test_every_model_that_was_asked_for_is_there() -> None:
    tags = {tag for each in CATALOGUE.models for tag in each.tags}
    assert tags >= {
        *("mistral:7b", "mistral-nemo:12b", "mistral-small:24b", "mixtral:8x7b", "codestral:22b"),
        *("llama3.2:1b", "llama3.2:3b", "llama3.1:8b", "llama3.2-vision:11b", "llama3.2-vision:90b"),
        *("llama3.3:70b", "llama3.1:405b", "bge-m3:latest", "llama-guard3:8b", "bespoke-minicheck:7b"),
    }
    assert {each.task for each in CATALOGUE.models} == {"answers", "code", "embedding", "judge", "guard"}


def test_every_licence_and_every_memory_figure_has_a_source() -> None:
    sources = [licence.source for licence in CATALOGUE.licences.values()]
    for each in CATALOGUE.models:
        sources += [each.licence.source, each.languages.source, *(file.source for file in each.files)]
        sources += [part.source for part in (each.shape, each.context, each.hosted) if part]
        sources += [score.source for score in each.scores]
        assert each.hosted or each.context is not None, each.name
        assert each.hosted or each.shape or each.task == "judge", each.name
    memory = CATALOGUE.memory
    sources += [memory.bits_per_weight.source, memory.buffers.source, memory.driver.source]
    assert all(source.startswith("https://") for source in sources)


def test_no_source_is_listed_for_nothing() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert not [name for name in yaml.safe_load(text)["sources"] if text.count(f"source: {name}") == 0]


def test_the_parameters_follow_from_the_shape() -> None:
    for each in CATALOGUE.models:
        if each.shape and each.parameters and each.task in ("answers", "code") and not each.multimodal:
            assert each.parameters == parameters_of(each.shape, each.shape.experts), each.name
            assert each.parameters / 1e9 == pytest.approx(SAID[each.name], rel=0.01)
    mixtral = entry("mixtral-8x7b")
    assert mixtral.shape is not None
    assert mixtral.active_parameters == parameters_of(mixtral.shape, mixtral.shape.active_experts)


def parameters_of(shape: Shape, experts: int) -> int:
    """Of a decoder of the kind of Llama: embeddings, attention, gated feed-forward, norms."""
    wide, narrow = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    attention = 2 * shape.hidden * wide + 2 * shape.hidden * narrow
    router = shape.hidden * shape.experts if shape.experts > 1 else 0
    layer = attention + experts * 3 * shape.hidden * shape.feed_forward + router + 2 * shape.hidden
    return (1 if shape.tied else 2) * shape.vocabulary * shape.hidden + shape.layers * layer + shape.hidden


def test_the_files_are_as_large_as_their_quantisation_makes_them() -> None:
    usual = {**CATALOGUE.memory.bits_per_weight.values, "Q4_0": 4.5}
    for each in CATALOGUE.models:
        for file in each.files:
            if each.parameters and not each.multimodal:
                bits = file.bytes * 8 / each.parameters
                assert bits == pytest.approx(usual[file.quantisation], rel=0.04), each.name


@pytest.mark.parametrize(("quantisation", "gib"), PUBLISHED_GIB.items())
def test_computed_sizes_are_the_published_ones(quantisation: str, gib: float) -> None:
    assert file_bytes(CATALOGUE, entry("llama3.1:8b"), quantisation) == pytest.approx(gib * GIB, rel=0.01)


def test_keys_and_values_take_what_is_published() -> None:
    # 128 kB a token for 8B and 320 kB for 70B, whose heads share keys: 1 GiB and 2.5 GiB at 8192 tokens.
    memory = CATALOGUE.memory
    shapes = [entry(name).shape for name in ("llama3.1:8b", "llama3.3:70b", "llama3.2-vision:11b")]
    small, large, vision = (shape for shape in shapes if shape)
    assert cache_bytes(small, 8192, memory) == GIB
    assert cache_bytes(large, 8192, memory) == 5 * GIB // 2
    assert cache_bytes(vision, 8192, memory) == GIB + 8 * 2 * 8 * 128 * 4 * 1601 * 4
    assert buffer_bytes(small, 8192, memory) == 4 * 512 * (1 + 4 * 4096 + 8192 * 33)
    assert buffer_bytes(small, 512, memory) == 4 * 512 * (4096 + 128256)


def test_memory_grows_with_the_context_and_stops_at_the_models_own() -> None:
    small = entry("mistral:7b")
    needs = [memory_need(CATALOGUE, small, context) for context in (2048, 32768, 131072)]
    totals = [need.total for need in needs if need]
    assert totals[0] < totals[1] == totals[2]
    assert memory_need(CATALOGUE, entry("mistral-hosted"), 8192) is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("llama3.1:8b", "llama3.1-8b"),
        ("ollama:Llama3.1", "llama3.1-8b"),
        ("llama3.1-8b", "llama3.1-8b"),
        ("mistralai:mistral-small-latest", "mistral-hosted"),
        ("llama3.1:70b", None),
    ],
)
def test_a_model_is_found_by_name_and_tag(name: str, found: str | None) -> None:
    each = CATALOGUE.find(name)
    assert (each.name if each else None) == found


def _without_source(kind: str) -> Iterator[dict[str, Any]]:
    models = content()["models"]
    for part in ("licence", "languages", "shape", "context"):
        if part == kind:
            del models[0][part]["source"]
    yield content(models=models)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (next(_without_source("licence")), "source"),
        (next(_without_source("shape")), "source"),
        (content(sources={}), "neither an entry of `sources` nor an address"),
        (content(licences={}), "is not among `licences`"),
        (content(models=content()["models"][:1] * 2), "stands there twice"),
    ],
)
def test_a_catalogue_that_lacks_something_is_refused(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Catalogue.model_validate(changed)
