"""The few calls of Chroma's HTTP API, version 2, that a store is asked for.

Chroma's own client takes more than a second to import, which is half of what an ingest of one changed file may take.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ingest.store.remote import ChromaServer

if TYPE_CHECKING:
    import numpy as np
    from urllib3 import PoolManager

_CONNECTIONS = 16  # kept open; more threads than these open others
_CALL_TIME = 120.0  # seconds
_CONNECT_TIME = 5.0
_NO_ANSWER_OF_CHROMA = 502  # as a proxy says that what is behind it did not answer properly


class ApiError(Exception):
    """The server refused a call, or failed at it; ``status`` is that of HTTP."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status


class HttpApi:
    """Calls of one database on a server; may be used by several threads.

    Every method raises :class:`ApiError`, an ``HTTPError`` of urllib3 when the server is not there, and an
    ``IngestUserError`` when it must not be asked.

    :param call_time: seconds to wait for an answer.
    """

    def __init__(self, server: ChromaServer, call_time: float = _CALL_TIME) -> None:
        self._server = server
        self._pool = pool_of(server, call_time)
        self._database = f"/api/v2/tenants/{quote(server.tenant, safe='')}/databases/{quote(server.database, safe='')}"
        self._limit: int | None = None

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the server answers to a call; whereto it redirects is not asked, as the token is not for others."""
        import orjson

        self._server.check_residency()
        content = None if body is None else orjson.dumps(body)
        answer = self._pool.request(method, f"{self._server.origin}{path}", body=content, redirect=False)
        said = answer.data
        if answer.status >= 300:
            raise ApiError(_reason(said), answer.status)
        try:
            return orjson.loads(said) if said else None
        except ValueError:
            raise ApiError("what it says is not JSON", _NO_ANSWER_OF_CHROMA) from None

    def check_database(self) -> None:
        """Ask for the database, which fails where there is none, or none for us."""
        if not isinstance(self.call("GET", self._database), dict):
            raise ApiError("it knows nothing of databases", _NO_ANSWER_OF_CHROMA)

    def heartbeat(self) -> None:
        """Ask whether anybody is there."""
        self.call("GET", "/api/v2/heartbeat")

    @property
    def quota(self) -> int | None:
        """Records that one request may ask for or write; None where the server itself says so."""
        return self._server.quota

    def get_max_batch_size(self) -> int:
        """Records that one request may hold; asked for once."""
        if self._limit is None:
            limit = int(self.call("GET", "/api/v2/pre-flight-checks")["max_batch_size"])
            self._limit = limit if self.quota is None else min(limit, self.quota)
        return self._limit

    def list_collections(self) -> list[HttpCollection]:
        return [self._collection(each) for each in self.call("GET", f"{self._database}/collections")]

    def get_collection(self, name: str) -> HttpCollection:
        return self._collection(self.call("GET", f"{self._database}/collections/{quote(name, safe='')}"))

    def get_or_create_collection(self, name: str, configuration: Mapping[str, Any]) -> HttpCollection:
        wanted = {"name": name, "configuration": configuration, "get_or_create": True}
        return self._collection(self.call("POST", f"{self._database}/collections", wanted))

    def delete_collection(self, name: str) -> None:
        self.call("DELETE", f"{self._database}/collections/{quote(name, safe='')}")

    def close(self) -> None:
        """Close the connections that no thread is using."""
        self._pool.clear()

    def _collection(self, found: Mapping[str, Any]) -> HttpCollection:
        return HttpCollection(self, f"{self._database}/collections/{found['id']}", found)


class HttpCollection:
    """One collection; what is asked and answered is as in Chroma's own client."""

    def __init__(self, api: HttpApi, path: str, found: Mapping[str, Any]) -> None:
        self.name: str = found["name"]
        self.configuration_json: Mapping[str, Any] = found["configuration_json"]
        self._api = api
        self._path = path

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


def pool_of(server: ChromaServer, call_time: float) -> PoolManager:
    """Connections to a server: through the proxy that the environment names, unless it is on this machine."""
    from urllib.request import getproxies, proxy_bypass

    from urllib3 import PoolManager, ProxyManager, Timeout

    options: dict[str, Any] = {
        "timeout": Timeout(connect=_CONNECT_TIME, read=call_time),
        "maxsize": _CONNECTIONS,
        "retries": False,
        "headers": {"Content-Type": "application/json", **server.headers},
        "ssl_context": server.trusted(),
    }
    parts = urlsplit(server.origin)
    if not server.is_loopback and not proxy_bypass(str(parts.hostname)):
        known = getproxies()
        if proxy := known.get(parts.scheme) or known.get("all"):
            return ProxyManager(proxy, **options)
    return PoolManager(**options)
