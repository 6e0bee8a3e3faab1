"""The few calls of Chroma's HTTP API, version 2, that the home's own server is asked for.

Chroma's own client takes more than a second to import, which is half of what an ingest of one changed file may take.
Names and arguments are those of that client, so that :class:`~ingest.store.vectors.VectorCollection` works with both.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_DATABASE = "/api/v2/tenants/default_tenant/databases/default_database"
_CONNECTIONS = 16  # kept open; more threads than these open others
_CALL_TIME = 120.0  # seconds
_CONNECT_TIME = 5.0


class ApiError(Exception):
    """The server refused a call, or failed at it; ``status`` is that of HTTP."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status


class HttpApi:
    """Calls of a server on this machine; may be used by several threads. Whatever proxies there are is not asked.

    Every method raises :class:`ApiError`, and an ``HTTPError`` of urllib3 when the server is not there.
    """

    def __init__(self, host: str, port: int) -> None:
        from urllib3 import HTTPConnectionPool, Timeout

        timeout = Timeout(connect=_CONNECT_TIME, read=_CALL_TIME)
        self._pool = HTTPConnectionPool(host, port, timeout=timeout, maxsize=_CONNECTIONS, retries=False)
        self._limit: int | None = None

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the server answers to a call."""
        import orjson

        content = None if body is None else orjson.dumps(body)
        answer = self._pool.request(method, path, body=content, headers={"Content-Type": "application/json"})
        said = answer.data
        if answer.status >= 400:
            raise ApiError(_reason(said), answer.status)
        return orjson.loads(said) if said else None

    def get_max_batch_size(self) -> int:
        """Records that one request may hold; asked for once."""
        if self._limit is None:
            self._limit = int(self.call("GET", "/api/v2/pre-flight-checks")["max_batch_size"])
        return self._limit

    def list_collections(self) -> list[HttpCollection]:
        return [HttpCollection(self, each) for each in self.call("GET", f"{_DATABASE}/collections")]

    def get_collection(self, name: str, embedding_function: None = None) -> HttpCollection:
        return HttpCollection(self, self.call("GET", f"{_DATABASE}/collections/{_quoted(name)}"))

    def get_or_create_collection(
        self, name: str, configuration: Mapping[str, Any], embedding_function: None = None
    ) -> HttpCollection:
        wanted = {"name": name, "configuration": configuration, "get_or_create": True}
        return HttpCollection(self, self.call("POST", f"{_DATABASE}/collections", wanted))

    def delete_collection(self, name: str) -> None:
        self.call("DELETE", f"{_DATABASE}/collections/{_quoted(name)}")

    def close(self) -> None:
        """Close the connections that no thread is using."""
        self._pool.close()


class HttpCollection:
    """One collection; what is asked and answered is as in Chroma's own client."""

    def __init__(self, api: HttpApi, found: Mapping[str, Any]) -> None:
        self.name: str = found["name"]
        self.configuration_json: Mapping[str, Any] = found["configuration_json"]
        self._api = api
        self._path = f"{_DATABASE}/collections/{found['id']}"

    def count(self) -> int:
        return int(self._api.call("GET", f"{self._path}/count"))

    def get(
        self,
        ids: Sequence[str] | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include: Sequence[str] = (),
    ) -> Any:
        body = {"ids": ids, "limit": limit, "offset": offset, "include": include}
        return self._api.call("POST", f"{self._path}/get", body)

    def query(
        self,
        query_embeddings: Sequence[np.ndarray],
        n_results: int,
        where: Mapping[str, Any] | None,
        include: Sequence[str],
    ) -> Any:
        vectors = [vector.tolist() for vector in query_embeddings]
        body = {"query_embeddings": vectors, "n_results": n_results, "where": where, "include": include}
        return self._api.call("POST", f"{self._path}/query", body)

    def upsert(
        self,
        ids: Sequence[str],
        embeddings: np.ndarray,
        documents: Sequence[str],
        metadatas: Sequence[Mapping[str, Any] | None],
    ) -> None:
        vectors = [base64.b64encode(row.astype("<f4").tobytes()).decode() for row in embeddings]
        body = {"ids": ids, "embeddings": vectors, "documents": documents, "metadatas": metadatas}
        self._api.call("POST", f"{self._path}/upsert", body)

    def delete(self, ids: Sequence[str]) -> None:
        self._api.call("POST", f"{self._path}/delete", {"ids": ids})


def _reason(said: bytes) -> str:
    """The server's own words."""
    import orjson

    try:
        return str(orjson.loads(said)["message"])
    except (ValueError, TypeError, KeyError):
        return said.decode("utf-8", "replace")[:300] or "it did not say why"


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")
