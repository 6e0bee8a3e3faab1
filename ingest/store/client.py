"""Open a client of a Chroma server, and say in one line why there is none."""

from __future__ import annotations

from ingest.errors import IngestUserError, StoreError
from ingest.store.http_api import ApiError, HttpApi
from ingest.store.remote import ChromaServer

_REFUSED = (401, 403)


def connect_locally(url: str) -> HttpApi:
    """A client of the home's own server, which was seen to answer."""
    return HttpApi(ChromaServer(url))


def connect_remotely(server: ChromaServer) -> HttpApi:
    """A client of a server elsewhere that has answered for its database.

    :raises IngestUserError: it wants another token, has no such database, or shows a certificate nobody vouches for.
    :raises StoreError: nobody answers there, or not as Chroma does.
    """
    from urllib3.exceptions import HTTPError

    client = HttpApi(server)
    try:
        client.check_database()
    except (ApiError, HTTPError) as error:
        client.close()
        raise _told(server, error) from error
    return client


def one_line(error: BaseException) -> str:
    """The error's own words on one line, without the full stop."""
    return (" ".join(str(error).split()) or type(error).__name__).rstrip(".?")


def _told(server: ChromaServer, error: Exception) -> IngestUserError | StoreError:
    from urllib3.exceptions import SSLError

    status = error.status if isinstance(error, ApiError) else None
    if status in _REFUSED:
        said = "another POLYDESK_CHROMA_TOKEN" if server.token else "POLYDESK_CHROMA_TOKEN"
        return IngestUserError(f"The Chroma server at {server.url} refuses us (HTTP {status}): set {said}.")
    if status == 404:
        return IngestUserError(
            f"The Chroma server at {server.url} has no database {server.database!r} of tenant {server.tenant!r}: "
            "make it there, or set POLYDESK_CHROMA_TENANT and POLYDESK_CHROMA_DATABASE."
        )
    why = one_line(error)[:200]
    if isinstance(error, SSLError):
        return IngestUserError(
            f"The Chroma server at {server.url} cannot be trusted ({why}): name the file of the authority that signed "
            "its certificate in POLYDESK_CHROMA_CA_FILE."
        )
    return StoreError(f"The Chroma server at {server.url} does not answer as one: {why}.")
