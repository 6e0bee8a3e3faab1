"""Models behind other protocols than Ollama's: OpenAI's, as vLLM and llama.cpp speak it, and Mistral's hosted API."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import httpx

from app.errors import AppUserError, ModelError
from app.models.breakers import connecting
from app.models.faults import Described, fault_of
from app.models.model import ModelOptions
from app.models.outgoing import checked, guarded_async, unproxied
from app.models.streamed import Chunks, StreamedModel, while_busy

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_LOOK_S = 3.0
_NO_LIST = (404, 405, 501)  # a server that answers and knows no such address
_NO_KEY = "none"  # a server without keys wants some word all the same


@dataclass(frozen=True)
class RemoteOptions(ModelOptions):
    """The bounds of a request, and where it goes.

    :param key: the server's; never in a message or a log.
    """

    url: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Listed:
    """A model as its server lists it; what the server does not say is empty.

    :param root: the weights behind the name, as vLLM says it.
    :param created: seconds since 1970; some servers write the time of the look here.
    """

    id: str
    owned_by: str = ""
    root: str = ""
    created: int | None = None


class RemoteModel(StreamedModel):
    """A model on a server that lists its models at ``/models``."""

    options: RemoteOptions
    package: str
    extra: str

    def __init__(self, tag: str, options: RemoteOptions) -> None:
        if find_spec(self.package) is None:
            raise AppUserError(f"{self.provider}:{tag} needs one more package: pip install 'polydesk[{self.extra}]'")
        super().__init__(tag, options)

    async def _chunks(self, messages: Sequence[BaseMessage]) -> Chunks:
        async with httpx.AsyncClient(
            base_url=self.options.url, headers=self._headers(), **guarded_async(), **self._client_arguments()
        ) as client:
            model = self._chat_model(client)
            async for chunk in while_busy(lambda: model.astream(list(messages))):
                yield chunk

    def served(self) -> list[str] | None:
        """The names that the server serves; None when it does not answer, or does not say."""
        try:
            found = self._listing()
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return None if found is None else [str(model["id"]) for model in found]

    def listed(self) -> Listed | None:
        """The model as its server lists it; None where the server has no such list.

        :raises ModelError: nobody answers, the key is refused, or the server lists others and not this one.
        """
        try:
            found = self._listing()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise fault_of(error, False, self._described()) from error
        if found is None:
            return None
        own = next((each for each in found if self.tag in (each["id"], *_aliases(each))), None)
        if own is None:
            raise ModelError("no-such-model", self._described().no_model)
        created = own.get("created")
        return Listed(
            id=str(own["id"]),
            owned_by=str(own.get("owned_by") or ""),
            root=str(own.get("root") or ""),
            created=int(created) if isinstance(created, int | float) else None,
        )

    def _listing(self) -> list[dict[str, Any]] | None:
        """All that is listed; None where the server answers and has no list.

        :raises httpx.HTTPError: nobody answers, the server is left alone just now, or the key is refused.
        """
        headers = {"Authorization": f"Bearer {self.options.key}"} if self.options.key else {}
        url = f"{self.options.url}/models"
        with connecting(url):
            answer = httpx.get(checked(url), headers=headers, timeout=_LOOK_S, **unproxied())
        if answer.status_code in _NO_LIST:
            return None
        answer.raise_for_status()
        try:
            found = answer.json()["data"]
        except (ValueError, KeyError, TypeError):
            return None
        if not isinstance(found, list):
            return None
        return [each for each in found if isinstance(each, dict) and "id" in each]

    @abstractmethod
    def _chat_model(self, client: httpx.AsyncClient) -> BaseChatModel:
        """LangChain's model, which asks through ``client``."""

    def _headers(self) -> dict[str, str]:
        return {"Connection": "close"}

    def _described(self) -> Described:
        return Described(
            self.name,
            self.options.silence_s,
            f"no server answers at {self.options.url}: start it, or set POLYDESK_{self.extra.upper()}_URL",
            f"{self.name} is not on the server at {self.options.url}: name one that it serves",
            self.options.key,
        )


class OpenAIModel(RemoteModel):
    """A model on a server that speaks OpenAI's protocol."""

    provider = "openai"
    package = "langchain_openai"
    extra = "openai"

    def _chat_model(self, client: httpx.AsyncClient) -> BaseChatModel:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=self.tag,
            base_url=self.options.url,
            api_key=SecretStr(self.options.key or _NO_KEY),
            temperature=0.0,
            extra_body={"max_tokens": self.options.num_predict},  # by this name vLLM and llama.cpp both know it
            max_retries=0,
            timeout=client.timeout,  # or none counts at all
            stream_usage=True,
            stream_chunk_timeout=None,  # the client watches over silences
            http_async_client=client,
            openai_proxy="",
        )


class MistralModel(RemoteModel):
    """A model that Mistral runs."""

    provider = "mistralai"
    package = "langchain_mistralai"
    extra = "mistral"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.options.key}", **super()._headers()}

    def _chat_model(self, client: httpx.AsyncClient) -> BaseChatModel:
        from langchain_mistralai import ChatMistralAI
        from pydantic import SecretStr

        return ChatMistralAI(
            model_name=self.tag,
            api_key=SecretStr(self.options.key),
            base_url=self.options.url,
            temperature=0.0,
            max_tokens=self.options.num_predict,
            max_retries=1,
            async_client=client,
        )


def _aliases(listed: dict[str, Any]) -> list[str]:
    """The other names of a model, as Mistral lists them."""
    found = listed.get("aliases")
    return [str(each) for each in found] if isinstance(found, list) else []
