"""The page of those who have not signed in, and the way out of those who have."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from app.accounts.visitor import Visitor
from app.ui import markup
from app.ui.accounts.door import door
from app.ui.accounts.routes import RESULT, SIGN_IN, SIGN_OUT, WAIT
from app.ui.language_view import show_language_choice
from app.ui.style import brand_html
from app.ui.visiting import session_token
from app.ui.wording import Words

_PROBLEMS = ("wrong", "failed")


def show_sign_in(words: Words) -> None:
    """Draw the form; where an identity provider is there, its button; and what was wrong with the last try."""
    with st.container(key="sign-in"):
        st.html(f'{brand_html(words("name"))}<h1 class="pd-welcome">{escape(words("sign_in.heading"))}</h1>')
        if problem := _problem(words):
            st.html(markup.callout_html("error", problem))
        entrance = door()
        if entrance.oidc.is_configured:
            st.button(
                words("sign_in.oidc"),
                key="sign-in-oidc",
                type="primary",
                icon=":material/key:",
                width="stretch",
                on_click=st.login,
            )
            if st.user.get("is_logged_in"):
                st.html(markup.callout_html("warning", words("sign_in.no_role")))
                st.button(words("sign_in.leave"), key="sign-out-oidc", type="tertiary", on_click=st.logout)
        if not entrance.oidc.is_configured or entrance.sign_in.accounts.all():
            st.html(form_html(dict(st.query_params), words))
        st.html(f'<p class="pd-quiet">{escape(words("sign_in.help"))}</p>')
        show_language_choice(words)  # who cannot read the browser's language finds their own


def show_way_out(visitor: Visitor, words: Words) -> None:
    """Draw who is signed in, with the button that signs out."""
    if not visitor.signed_in:
        return
    role = words(f"role.{visitor.account.role}")
    who = f'<span class="pd-who"><bdi>{escape(visitor.account.display_name)}</bdi><small>{escape(role)}</small></span>'
    if session_token():
        label = escape(words("sign_in.leave"))
        button = (
            f'<form action="{SIGN_OUT}" method="post"><button type="submit" class="pd-plain">{label}</button></form>'
        )
        st.html(f'<div class="pd-visitor">{who}{button}</div>')
    else:
        st.html(f'<div class="pd-visitor">{who}</div>')
        st.button(words("sign_in.leave"), key="sign-out-oidc", type="tertiary", on_click=st.logout)


def form_html(address: dict[str, str], words: Words) -> str:
    """The form as HTML, which a browser's own password store knows what to do with.

    :param address: what the page's address asks for, to go on there.
    """
    following = urlencode({name: value for name, value in address.items() if name not in (RESULT, WAIT)})
    return (
        f'<form action="{SIGN_IN}" method="post" class="pd-form">'
        f'<label for="pd-user">{escape(words("sign_in.user"))}</label>'
        '<input id="pd-user" name="user" type="text" autocomplete="username" autocapitalize="none" spellcheck="false"'
        ' maxlength="64" dir="ltr" required autofocus>'
        f'<label for="pd-password">{escape(words("sign_in.password"))}</label>'
        '<input id="pd-password" name="password" type="password" autocomplete="current-password" maxlength="1024"'
        ' dir="ltr" required>'
        f'<input type="hidden" name="next" value="{escape(following)}">'
        f'<button type="submit" class="pd-go">{escape(words("sign_in.enter"))}</button></form>'
    )


def _problem(words: Words) -> str:
    result = st.query_params.get(RESULT, "")
    if result == "wait":
        wait = st.query_params.get(WAIT, "")
        return words.counted("sign_in.wait", int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 5 else 60)
    return words(f"sign_in.{result}") if result in _PROBLEMS else ""
