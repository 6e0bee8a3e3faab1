"""What a browser sends to sign in and out. A script of Streamlit can read cookies and not set them; these routes do."""

from __future__ import annotations

import logging
import math
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.accounts.signing_in import SignInError, TooManyAttemptsError
from app.address import allowed_hosts
from app.errors import AppError
from app.settings import Settings
from app.ui.accounts.door import COOKIE, SECURE_COOKIE, door

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
RESULT, WAIT = "signin", "wait"  # in the address: why somebody is not signed in, and for how many seconds
_MOST_BYTES = 16_384

_log = logging.getLogger(__name__)


def sign_in_routes(settings: Settings) -> list[Route]:
    """The routes of a page with these settings."""
    hosts = allowed_hosts(settings)
    secure = (settings.public_url or "").startswith("https:")

    async def sign_in(request: Request) -> Response:
        if not _is_ours(request, hosts):
            return Response(status_code=403)
        fields = await _fields(request)
        where = _safe_address(fields.get("next", ""))
        try:
            entrance = await run_in_threadpool(door)
            token = await run_in_threadpool(entrance.sign_in.enter, fields.get("user", ""), fields.get("password", ""))
        except TooManyAttemptsError as error:
            return _redirect({RESULT: "wait", WAIT: str(math.ceil(error.seconds)), **where})
        except SignInError:
            return _redirect({RESULT: "wrong", **where})
        except AppError as error:
            _log.error("nobody can sign in: %s", error)
            return _redirect({RESULT: "failed", **where})
        response = _redirect(where)
        response.set_cookie(
            SECURE_COOKIE if secure else COOKIE,
            token,
            max_age=int(entrance.sign_in.sessions.seconds),
            path="/",
            secure=secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def sign_out(request: Request) -> Response:
        if not _is_ours(request, hosts):
            return Response(status_code=403)
        entrance = await run_in_threadpool(door)
        for name in (SECURE_COOKIE, COOKIE):
            if token := request.cookies.get(name):
                await run_in_threadpool(entrance.sign_in.leave, token)
        response = _redirect({})
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        response.delete_cookie(SECURE_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return response

    return [Route(SIGN_IN, sign_in, methods=["POST"]), Route(SIGN_OUT, sign_out, methods=["POST"])]


def _is_ours(request: Request, hosts: tuple[str, ...]) -> bool:
    """Whether a page of ours sends this, and not another one that makes its reader's browser do so."""
    origin = request.headers.get("origin", "")
    host = request.headers.get("host", "")
    try:
        named = urlsplit(f"//{host}").hostname
        sent_by = urlsplit(origin).netloc
    except ValueError:
        return False
    return named in hosts and sent_by == host and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form; none where it is longer than any of ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8)
    return {name: values[0] for name, values in fields.items()}


def _safe_address(query: str) -> dict[str, str]:
    """Where somebody wanted to go, which is always a page of ours: nothing but what stands behind ``?``."""
    try:
        pairs = parse_qsl(query[:500], keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return {}
    return {name: value for name, value in pairs if name not in (RESULT, WAIT)}


def _redirect(where: dict[str, str]) -> RedirectResponse:
    return RedirectResponse(f"/?{urlencode(where)}" if where else "/", status_code=303)
