"""All that an answer depends on beside its question, as one code: where any of it changes, so does the code."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from app.answers import Question
from app.made_with import digest, model_digest, prompt_digest
from app.models.ollama import OllamaModel
from app.models.routing.route import RoutedModel

if TYPE_CHECKING:
    from app.models.model import ChatModel


def dependence(
    question: Question, language: str, policy: str, model: ChatModel | None, documents: str, retrieval: tuple[str, ...]
) -> str | None:
    """The code; None where it is not known which model would answer.

    A model of Ollama is known by its digest, which is looked at once a minute; another server's by its name alone.

    :param policy: digest of that in force.
    :param documents: code of what is live on the day of the question.
    :param retrieval: what finds and ranks the passages.
    """
    models = _models(model)
    if models is None:
        return None
    as_of = question.as_of.isoformat() if question.as_of else ""
    asked = (question.audience, as_of, language)
    return digest(repr((_release(), asked, policy, models, documents, retrieval)))


def _models(model: ChatModel | None) -> tuple[object, ...] | None:
    if model is None:
        return ("quoting",)
    if isinstance(model, RoutedModel):
        parts = [_models(each) for each in (model.small, model.large)]
        return None if None in parts else (model.name, model.policy.model_dump_json(), *parts)
    known = model_digest(model)
    if isinstance(model, OllamaModel) and not known:
        return None
    options = model.options
    return model.name, known, options.num_ctx, options.num_predict, prompt_digest(model.family, False)


@cache
def _release() -> str:
    return version("polydesk")
