"""Who is in front of the page in this run of its script, and the guard of every action."""

from __future__ import annotations

import math
from collections.abc import Callable, Set
from functools import wraps
from typing import ParamSpec
from uuid import uuid4

import streamlit as st

from app.accounts.account import Account
from app.accounts.conversations import VisitorConversations
from app.accounts.database import SignInDatabase
from app.accounts.limits import QuestionLimits, TooManyQuestionsError
from app.accounts.oidc import account_of_claims
from app.accounts.roles import Permission
from app.accounts.visitor import LOCAL, RefusedError, Visitor
from app.audit.acting import act_as, actor
from app.audit.actions import Action
from app.audit.recorder import Detail
from app.errors import AppError
from app.settings import load_settings
from app.ui.accounts.door import COOKIE, SECURE_COOKIE, Door, door
from app.ui.resources import Desk, running_conversations
from app.ui.wording import Words, words_for

LANGUAGE = "language-chosen"
_SEEN = "seen"  # what was opened in this tab
_TAB = "tab"  # a name of this tab, until it is closed
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
    account, _ = _signed_in(entrance)
    act_as(account.name if account else "?")
    return None if account is None else Visitor(account)


def _signed_in(entrance: Door) -> tuple[Account | None, str]:
    """Who it is, and by which sign-in."""
    if (token := session_token()) and (account := entrance.sign_in.account_of(token)) is not None:
        return account, token
    if not entrance.oidc.is_configured or not st.user.get("is_logged_in"):
        return None, ""
    claims, idleness = st.user.to_dict(), entrance.sign_in.idleness
    sign_in = f"oidc:{claims.get('sub')}:{claims.get('iat')}"
    if idleness is not None and idleness.is_over(sign_in):
        return None, ""
    return account_of_claims(claims, entrance.oidc, entrance.sign_in.accounts, entrance.hours), sign_in


def note_use() -> None:
    """A person does something here, and not the page by itself: their sign-in is not idle."""
    entrance = door()
    account, sign_in = _signed_in(entrance) if entrance.is_shut else (None, "")
    if account is not None and entrance.sign_in.idleness is not None:
        entrance.sign_in.idleness.used(sign_in)


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
    note_use()
    return found


def count_question() -> None:
    """Count a question, a draft or an answer asked for again; whose they are where nobody signs in, their tab says.

    :raises TooManyQuestionsError: there were too many.
    """
    found, settings = present(), load_settings()
    tab = st.session_state.setdefault(_TAB, uuid4().hex)
    limits = QuestionLimits(SignInDatabase(settings.home), settings.questions_per_minute, settings.questions_per_hour)
    limits.take(f"account:{found.account.name}" if found.signed_in else f"tab:{tab}")


def mine(desk: Desk) -> VisitorConversations:
    """The conversations as the visitor may see and change them."""
    return VisitorConversations(desk.conversations, present())


def are_running(desk: Desk, conversation_ids: Set[str]) -> bool:
    """Whether an answer is being written in each of them, which says nothing about who may read them."""
    return conversation_ids <= running_conversations(desk.conversations)


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
    st.session_state["problem"] = problem_text(error)


def problem_text(error: AppError) -> str:
    """What went wrong, in the language of the page where it is the visitor's own affair."""
    if isinstance(error, TooManyQuestionsError):
        minutes, seconds = math.ceil(error.seconds / 60), math.ceil(error.seconds)
        words = page_words()
        return words.counted("limit.minutes", minutes) if minutes > 1 else words.counted("limit.seconds", seconds)
    return page_words()("refused") if isinstance(error, RefusedError) else str(error)


def page_words(found: Visitor | None = None) -> Words:
    """The words of the language chosen in this tab, else of the account's, else of the browser's."""
    chosen = st.session_state.get(LANGUAGE)
    return words_for(chosen or (found.account.language if found else None) or st.context.locale)
