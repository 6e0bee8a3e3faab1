"""Which model answers: the one that was named, or the first fitting one that is there."""

from __future__ import annotations

from app.errors import AppUserError
from app.models.ollama import OllamaModel, OllamaOptions, installed_tags
from app.settings import Settings

QUOTING = "quoting"
_FAMILIES = ("mistral", "mixtral", "ministral", "llama")


def choose_model(settings: Settings, name: str | None = None) -> OllamaModel | None:
    """The language model to ask, or None to answer by quoting.

    :param name: ``ollama:TAG``, a bare Ollama tag, or ``quoting``; the setting, and then
        the first Mistral or Llama model on the server, when not given.
    :raises AppUserError: the name's provider is not one that polydesk knows.
    """
    wanted = name or settings.model
    options = OllamaOptions(
        url=settings.ollama_url,
        num_ctx=settings.num_ctx,
        num_predict=settings.num_predict,
        keep_alive=settings.keep_alive,
        silence_s=settings.model_timeout_s,
        total_s=settings.answer_timeout_s,
    )
    if wanted == QUOTING:
        return None
    if wanted:
        return OllamaModel(_tag(wanted), options)
    for tag in installed_tags(settings.ollama_url, timeout_s=1.0) or ():
        if any(family in tag for family in _FAMILIES):
            return OllamaModel(tag, options)
    return None


def _tag(name: str) -> str:
    provider, colon, tag = name.partition(":")
    if provider == "ollama" and tag:
        return tag
    if not colon or provider not in ("openai", "anthropic", "mistralai", "vllm", "ollama"):
        return name  # an Ollama tag as it is, for example llama3.1:8b
    raise AppUserError(f"model {name}: write it as ollama:TAG, for example ollama:llama3.1:8b, or quoting")
