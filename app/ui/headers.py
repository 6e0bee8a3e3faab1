"""What every answer of the page's server tells a browser not to do, and the routes of Streamlit that nobody needs."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings
from app.ui.languages import direction
from app.ui.style import document_html
from app.ui.wording import languages

# The page takes no file, tells its figures at /metrics alone, and is driven by browsers alone.
CLOSED = ("/_stcore/upload_file", "/_stcore/metrics", "/_stcore/agent")
_YEAR_S = 365 * 24 * 3600
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NO_DEVICES = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")


class GuardedPage:
    """The page behind the headers, as ASGI middleware.

    :param index: the HTML that Streamlit starts with.
    """

    def __init__(self, app: ASGIApp, settings: Settings, index: str) -> None:
        self._app = app
        self._headers = headers(settings, index)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _is_closed(str(scope["path"])):
            await Response(status_code=404)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)


def headers(settings: Settings, index: str) -> dict[str, str]:
    """The headers of every answer."""
    found = {
        "Content-Security-Policy": policy(index),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
        "Referrer-Policy": "same-origin",  # "no-referrer" would take the origin away that signing in is checked by
        "Permissions-Policy": ", ".join(f"{device}=()" for device in _NO_DEVICES),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if (settings.public_url or "").startswith("https:"):
        found["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
    return found


def policy(index: str) -> str:
    """The content security policy: nothing from elsewhere, and no script but Streamlit's files and our own.

    Styles may stand in the page, as Streamlit's own library writes them there and takes no nonce.

    :param index: the HTML that Streamlit starts with; its inline scripts are allowed by their hashes, as ours are.
    """
    scripts = sorted({_hash(script) for script in (*_SCRIPT.findall(index), *_our_scripts())})
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(("'self'", *scripts)),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "media-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _our_scripts() -> Iterator[str]:
    for language in languages():
        yield from _SCRIPT.findall(document_html(language, direction(language)))


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _is_closed(path: str) -> bool:
    return any(path == closed or path.startswith(f"{closed}/") for closed in CLOSED)
