"""Which model answers: the one that was named, or the first fitting one that is there."""

from __future__ import annotations

import os
from functools import partial

from app.costs.today import cost_today
from app.errors import AppUserError
from app.models.adapters.records import base_of
from app.models.catalogue import load_catalogue
from app.models.chosen import chosen_model
from app.models.hosts import installed_tags
from app.models.ollama import OllamaModel, OllamaOptions
from app.models.remote import MistralModel, OpenAIModel, RemoteOptions
from app.models.routing.budget import DayBudget
from app.models.routing.naming import is_route, parts_of
from app.models.routing.policy import open_routing
from app.models.routing.route import RoutedModel
from app.models.streamed import StreamedModel
from app.settings import Settings

QUOTING = "quoting"
# From the environment only, at the moment of asking: no settings, file or log holds a key.
_MISTRAL_KEYS = ("POLYDESK_MISTRAL_API_KEY", "MISTRAL_API_KEY")
_OPENAI_KEYS = ("POLYDESK_OPENAI_API_KEY",)  # not OPENAI_API_KEY: that of another company's account may stand there
# Providers as ``init_chat_model`` names them: such a name is no Ollama tag.
_PROVIDERS = (
    *("anthropic", "azure_ai", "azure_openai", "bedrock", "bedrock_converse", "cohere", "deepseek", "fireworks"),
    *("google_genai", "google_vertexai", "groq", "huggingface", "ibm", "meta", "mistralai", "nvidia", "ollama"),
    *("openai", "openrouter", "perplexity", "together", "upstage", "vllm", "xai"),
)


def choose_model(settings: Settings, name: str | None = None) -> StreamedModel | RoutedModel | None:
    """The language model to ask, or None to answer by quoting.

    :param name: ``ollama:TAG``, a bare Ollama tag, ``openai:NAME``, ``mistralai:NAME``, ``routed:SMALL,LARGE`` with two
        of these, or ``quoting``; when not given the setting, then what ``polydesk models use`` has chosen, then the
        first model that answers on the server.
    :raises AppUserError: the name's provider is not one that polydesk knows, or something it needs is not set.
    """
    wanted = name or settings.model or chosen_model(settings.home)
    if wanted == QUOTING:
        return None
    if wanted:
        return routed_model(settings, wanted) if is_route(wanted) else named_model(settings, wanted)
    tag = next(iter(answering_tags(settings)), None)
    return _ollama_model(settings, tag) if tag else None


def offered_models(settings: Settings) -> tuple[str, ...]:
    """What a person may choose among: the models on the servers that answer questions, and the routes offered."""
    return (*(f"ollama:{tag}" for tag in answering_tags(settings)), *open_routing(settings.routing)().offered)


def answering_tags(settings: Settings) -> list[str]:
    """The models on the Ollama servers that answer questions."""
    catalogue = load_catalogue()
    tags = installed_tags(settings.ollama_url, timeout_s=1.0) or ()
    return [tag for tag in tags if catalogue.task_of(base_of(settings.home, tag) or tag) == "answers"]


def routed_model(settings: Settings, name: str) -> RoutedModel:
    """The route of that name.

    :raises AppUserError: it is not one between two models, one of them cannot be used, or the policy of routing cannot.
    """
    small, large = (named_model(settings, part) for part in parts_of(name))
    if small.name == large.name:
        raise AppUserError(f"model {name}: small and large are both {small.name}; name two models")
    price = partial(cost_today, settings, large.name)
    return RoutedModel(small, large, open_routing(settings.routing), DayBudget(settings.home), price)


def named_model(settings: Settings, name: str) -> StreamedModel:
    """The model of that name.

    :raises AppUserError: see :func:`choose_model`.
    """
    provider, colon, tag = name.partition(":")
    if provider == "ollama" and tag:
        return _ollama_model(settings, tag)
    if provider == "openai" and tag:
        if not settings.openai_url:
            raise AppUserError(
                f"model {name}: set POLYDESK_OPENAI_URL to the server's address, such as http://127.0.0.1:8000/v1, "
                "or write ollama:TAG"
            )
        return OpenAIModel(tag, _remote_options(settings, settings.openai_url, _key(_OPENAI_KEYS)))
    if provider == "mistralai" and tag:
        key = _key(_MISTRAL_KEYS)
        if not key:
            raise AppUserError(f"model {name}: set {_MISTRAL_KEYS[0]} to your key, or write ollama:TAG")
        return MistralModel(tag, _remote_options(settings, settings.mistral_url, key))
    if not colon or provider not in _PROVIDERS:
        return _ollama_model(settings, name)  # an Ollama tag as it is, for example llama3.1:8b
    raise AppUserError(
        f"model {name}: write it as ollama:TAG, for example ollama:llama3.1:8b, as openai:NAME for a server that "
        "speaks OpenAI's protocol, as mistralai:NAME, as routed:SMALL,LARGE, or quoting"
    )


def _ollama_model(settings: Settings, tag: str) -> OllamaModel:
    return OllamaModel(tag, _ollama_options(settings), base_of(settings.home, tag))


def _ollama_options(settings: Settings) -> OllamaOptions:
    return OllamaOptions(
        url=settings.ollama_url,
        num_ctx=settings.num_ctx,
        num_predict=settings.num_predict,
        keep_alive=settings.keep_alive,
        silence_s=settings.model_timeout_s,
        total_s=settings.answer_timeout_s,
    )


def _remote_options(settings: Settings, url: str, key: str) -> RemoteOptions:
    return RemoteOptions(
        url=url.rstrip("/"),
        key=key,
        num_ctx=settings.num_ctx,
        num_predict=settings.num_predict,
        silence_s=settings.model_timeout_s,
        total_s=settings.answer_timeout_s,
    )


def _key(names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := os.environ.get(name, "").strip())), "")
