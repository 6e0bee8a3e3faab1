"""Which model answers: the one that was named, or the first fitting one that is there."""

from __future__ import annotations

from app.errors import AppUserError
from app.models.ollama import OllamaModel, OllamaOptions, installed_tags
from app.settings import Settings

QUOTING = "quoting"
_FAMILIES = ("stral", "mixtral", "llama")  # Mistral and its sisters, Mixtral, Llama
_OTHER_TASKS = ("guard", "embed", "code")  # judges, encoders and programmers of those families
# Providers as ``init_chat_model`` names them: such a name is no Ollama tag.
_PROVIDERS = (
    *("anthropic", "azure_ai", "azure_openai", "bedrock", "bedrock_converse", "cohere", "deepseek", "fireworks"),
    *("google_genai", "google_vertexai", "groq", "huggingface", "ibm", "meta", "mistralai", "nvidia", "ollama"),
    *("openai", "openrouter", "perplexity", "together", "upstage", "vllm", "xai"),
)


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
        if _answers_questions(tag.lower()):
            return OllamaModel(tag, options)
    return None


def _answers_questions(tag: str) -> bool:
    return any(family in tag for family in _FAMILIES) and not any(task in tag for task in _OTHER_TASKS)


def _tag(name: str) -> str:
    provider, colon, tag = name.partition(":")
    if provider == "ollama" and tag:
        return tag
    if not colon or provider not in _PROVIDERS:
        return name  # an Ollama tag as it is, for example llama3.1:8b
    raise AppUserError(f"model {name}: write it as ollama:TAG, for example ollama:llama3.1:8b, or quoting")
