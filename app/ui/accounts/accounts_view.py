"""The page of accounts: who there is, what they may do, and a new one."""

from __future__ import annotations

from html import escape

import streamlit as st
from pydantic import ValidationError

from app.accounts.account import DISPLAY_CHARACTERS, NAME_CHARACTERS, Account
from app.accounts.file import AccountFile, KeptAccount, said_of
from app.accounts.passwords import FEWEST_CHARACTERS, MOST_CHARACTERS
from app.accounts.roles import ROLES, Role
from app.errors import AppError, AppUserError
from app.ui import markup
from app.ui.accounts.accounts_markup import account_html
from app.ui.accounts.door import door
from app.ui.labels import plain_label
from app.ui.languages import language_name
from app.ui.resources import Desk
from app.ui.visiting import action, say_problem
from app.ui.wording import Words, languages

_AUDIENCES = ("all", "agent", "manager")
_DONE = "accounts-done"
_FIELDS = ("new-name", "new-display", "new-role", "new-audience", "new-language", "new-password")


def show_accounts(_desk: Desk, words: Words) -> None:
    """Draw the list, and the form of a new account."""
    st.html(f'<h1 class="pd-welcome">{words("accounts.heading")}</h1><p class="pd-lead">{words("accounts.text")}</p>')
    problem = st.session_state.pop("problem", None)
    if problem:
        st.html(markup.callout_html("error", problem))
    if done := st.session_state.pop(_DONE, None):
        st.html(markup.callout_html("note", words(f"accounts.done.{done[0]}", name=done[1])))
    accounts = _file().all()
    if not accounts:
        st.html(markup.callout_html("warning", words("accounts.none"), words("accounts.none.heading")))
    for account in accounts:
        _show_account(account, words)
    with st.expander(words("accounts.new"), icon=":material/person_add:", expanded=not accounts or bool(problem)):
        _show_form(bool(accounts), words)


def _show_account(account: KeptAccount, words: Words) -> None:
    with st.container(key=f"account-{account.name}", horizontal=True, vertical_alignment="center"):
        st.html(account_html(account, words))
        key = f"role-{account.name}"
        st.session_state[key] = account.role  # as it is kept, also where a change of it was refused
        st.selectbox(
            words("accounts.role_of", name=account.display_name),
            ROLES,
            key=key,
            format_func=lambda role: words(f"role.{role}"),
            label_visibility="collapsed",
            on_change=_set_role,
            args=(account.name,),
            width=190,
        )
        label = words("accounts.unlock" if account.locked else "accounts.lock")
        st.button(
            label,
            key=f"lock-{account.name}",
            icon=":material/lock_open:" if account.locked else ":material/lock:",
            help=words("accounts.unlock.help" if account.locked else "accounts.lock.help", name=account.display_name),
            on_click=_set_locked,
            args=(account.name, not account.locked),
        )
        _show_more(account, words)


def _show_more(account: KeptAccount, words: Words) -> None:
    """A new password for somebody who forgot theirs, and the way out for whoever leaves."""
    name = account.display_name
    with st.popover(words("accounts.more"), icon=":material/more_horiz:", key=f"more-{account.name}"):
        if account.password is not None:
            with st.form(f"password-{account.name}", border=False):
                st.text_input(
                    words("accounts.new_password"),
                    key=f"new-password-{account.name}",
                    type="password",
                    max_chars=MOST_CHARACTERS,
                    autocomplete="new-password",
                    help=words("accounts.password.help", count=FEWEST_CHARACTERS),
                )
                st.form_submit_button(
                    words("accounts.set_password"),
                    key=f"set-password-{account.name}",
                    on_click=_set_password,
                    args=(account.name,),
                )
        st.html(f'<p class="pd-quiet">{escape(words("accounts.remove.help", name=name))}</p>')
        sure = st.checkbox(plain_label(words("accounts.remove.sure", name=name)), key=f"sure-{account.name}")
        st.button(
            words("accounts.remove"),
            key=f"remove-{account.name}",
            icon=":material/person_remove:",
            disabled=not sure,
            on_click=_remove,
            args=(account.name,),
        )


def _show_form(has_accounts: bool, words: Words) -> None:
    with st.form("new-account", border=False):
        with st.container(horizontal=True):
            st.text_input(words("accounts.name"), key="new-name", max_chars=NAME_CHARACTERS, autocomplete="off")
            st.text_input(words("accounts.display"), key="new-display", max_chars=DISPLAY_CHARACTERS)
        with st.container(horizontal=True):
            roles = ROLES if has_accounts else ("administrator",)  # the first one must be able to add the others
            st.selectbox(words("accounts.role"), roles, key="new-role", format_func=lambda role: words(f"role.{role}"))
            st.selectbox(
                words("accounts.audience"),
                _AUDIENCES,
                key="new-audience",
                index=1,
                format_func=lambda each: words(f"audience.{each}") if each in _AUDIENCES else each,
                accept_new_options=True,
                help=words("accounts.audience.help"),
            )
            st.selectbox(
                words("accounts.language"),
                (None, *languages()),
                key="new-language",
                format_func=lambda code: (
                    words("accounts.language.browser") if code is None else language_name(code, code)
                ),
            )
        st.text_input(
            words("accounts.password"),
            key="new-password",
            type="password",
            max_chars=MOST_CHARACTERS,
            autocomplete="new-password",
            help=words("accounts.password.help", count=FEWEST_CHARACTERS),
        )
        st.form_submit_button(words("accounts.add"), type="primary", icon=":material/add:", on_click=_add)


@action("accounts.manage")
def _add() -> None:
    values = {field.removeprefix("new-"): st.session_state.get(field) for field in _FIELDS}
    try:
        try:
            account = Account(
                name=str(values["name"] or ""),
                display_name=str(values["display"] or values["name"] or ""),
                role=values["role"] or "agent",
                audience=str(values["audience"] or "agent"),
                language=values["language"],
            )
        except ValidationError as error:
            raise AppUserError(said_of(error)) from None
        _file().add(account, str(values["password"] or ""))
    except AppError as error:
        say_problem(error)
        return
    finally:
        st.session_state["new-password"] = ""  # is not kept for the browser to show again
    for field in ("new-name", "new-display"):
        st.session_state[field] = ""
    st.session_state[_DONE] = ("added", account.display_name)


@action("accounts.manage")
def _set_role(name: str) -> None:
    role: Role = st.session_state[f"role-{name}"]
    try:
        _file().set_role(name, role)
    except AppError as error:
        say_problem(error)
    else:
        st.session_state[_DONE] = ("role", name)


@action("accounts.manage")
def _set_locked(name: str, locked: bool) -> None:
    try:
        _file().set_locked(name, locked)
    except AppError as error:
        say_problem(error)
    else:
        st.session_state[_DONE] = ("locked" if locked else "unlocked", name)


@action("accounts.manage")
def _set_password(name: str) -> None:
    key = f"new-password-{name}"
    try:
        _file().set_password(name, str(st.session_state.get(key) or ""))
    except AppError as error:
        say_problem(error)
    else:
        st.session_state[_DONE] = ("password", name)
    finally:
        st.session_state[key] = ""  # is not kept for the browser to show again


@action("accounts.manage")
def _remove(name: str) -> None:
    if not st.session_state.get(f"sure-{name}"):
        return
    try:
        _file().remove(name)
    except AppError as error:
        say_problem(error)
    else:
        st.session_state[_DONE] = ("removed", name)


def _file() -> AccountFile:
    return door().sign_in.accounts
