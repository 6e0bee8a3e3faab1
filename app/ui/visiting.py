"""Who is in front of the page in this run of its script, and the guard of every action."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from app.accounts.conversations import VisitorConversations
from app.accounts.oidc import account_of_claims
from app.accounts.roles import Permission
from app.accounts.visitor import LOCAL, RefusedError, Visitor
from app.audit.acting import act_as, actor
from app.audit.actions import Action
from app.audit.recorder import Detail
from app.errors import AppError
from app.ui.accounts.door import COOKIE, SECURE_COOKIE, door
from app.ui.resources import Desk
from app.ui.wording import Words, words_for

LANGUAGE = "language-chosen"
_SEEN = "seen"  # what was opened in this tab
Parameters = ParamSpec("Parameters")

# Every action of the page, by its name, with what it needs.
ACTIONS: dict[str, tuple[Callable[..., None], Permission]] = {}


def visitor() -> Visitor | None:
    """Who is in front of the page, as the accounts are at this moment; None for somebody who must sign in first.

    Whatever this run of the script does from here on is recorded as theirs.

    :raises AppError: it cannot be found out.
    """
    entrance = door()
    if not entrance.is_shut:
        entrance.is_shut = bool(entrance.sign_in.accounts.all())  # an account was added: from now on
    if not entrance.is_shut:
        act_as(None)
        return LOCAL
    account = None
    if token := session_token():
        account = entrance.sign_in.account_of(token)
    if account is None and entrance.oidc.is_configured and st.user.get("is_logged_in"):
        account = account_of_claims(st.user.to_dict(), entrance.oidc, entrance.sign_in.accounts, entrance.hours)
    act_as(account.name if account else "?")
    return None if account is None else Visitor(account)


def session_token() -> str:
    """The token in this browser's cookie; empty where there is none."""
    cookies = st.context.cookies
    return str(cookies.get(SECURE_COOKIE) or cookies.get(COOKIE) or "")


def present() -> Visitor:
    """The visitor of a page that only those see who are signed in.

    :raises AppError: their session has ended since.
    """
    found = visitor()
    if found is None:
        raise AppError("you are not signed in any more: reload this page")
    return found


def require(permission: Permission) -> Visitor:
    """The visitor, who may do this.

    :raises RefusedError: their role does not allow it.
    """
    found = present()
    found.require(permission)
    return found


def mine(desk: Desk) -> VisitorConversations:
    """The conversations as the visitor may see and change them."""
    return VisitorConversations(desk.conversations, present())


def action(permission: Permission) -> Callable[[Callable[Parameters, None]], Callable[Parameters, None]]:
    """Guards a callback of the page: whoever may not do it gets a line that says so, and nothing is done."""

    def guarding(act: Callable[Parameters, None]) -> Callable[Parameters, None]:
        @wraps(act)
        def guarded(*args: Parameters.args, **values: Parameters.kwargs) -> None:
            try:
                require(permission)
            except AppError as error:
                say_problem(error)
            else:
                act(*args, **values)

        ACTIONS[f"{act.__module__}.{act.__qualname__}"] = (guarded, permission)
        return guarded

    return guarding


def saw(desk: Desk, action: Action, subject: str, customer_id: str | None = None, words: str = "") -> None:
    """Record that the visitor opened this; once, however often the page is drawn anew.

    :param customer_id: whom it is about; recorded as a pseudonym.
    :param words: that were searched for; recorded as a digest.
    :raises AppError: it cannot be recorded; it must then not be shown.
    """
    seen: set[tuple[str | None, ...]] = st.session_state.setdefault(_SEEN, set())
    mark = (actor(), action, subject, customer_id, words)
    if mark not in seen:
        sessions = desk.conversations.sessions
        details: dict[str, Detail] = {}
        if customer_id:
            details["customer"] = sessions.pseudonym(customer_id)
        if words:
            details["words"] = sessions.digest(words)
        sessions.record(action, subject, details)
        seen.add(mark)


def say_problem(error: AppError) -> None:
    """Keep what went wrong for the page to say at its top."""
    st.session_state["problem"] = page_words()("refused") if isinstance(error, RefusedError) else str(error)


def page_words(found: Visitor | None = None) -> Words:
    """The words of the language chosen in this tab, else of the account's, else of the browser's."""
    chosen = st.session_state.get(LANGUAGE)
    return words_for(chosen or (found.account.language if found else None) or st.context.locale)
