"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from app.ui.wording import Words

_AT_ONCE = 25
Item = TypeVar("Item")


def shown_page(items: Sequence[Item], key: str) -> Sequence[Item]:
    """The items of the page that is open.

    :param key: of the list; another one where it is filtered otherwise begins with its first page.
    """
    pages = -(-len(items) // _AT_ONCE)
    page = min(st.session_state.get(_key(key), 0), max(pages - 1, 0))
    return items[page * _AT_ONCE : (page + 1) * _AT_ONCE]


def show_pager(items: Sequence[Item], key: str, words: Words) -> None:
    """The buttons that turn the pages; nothing where all fit on one."""
    pages = -(-len(items) // _AT_ONCE)
    if pages < 2:
        return
    page = min(st.session_state.get(_key(key), 0), pages - 1)
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        _turn(words("knowledge.previous"), ":material/chevron_left:", key, page - 1, page == 0)
        st.html(f'<p class="pd-quiet" role="status">{words("knowledge.page", page=page + 1, pages=pages)}</p>')
        _turn(words("knowledge.next"), ":material/chevron_right:", key, page + 1, page == pages - 1)


def _turn(label: str, icon: str, key: str, to: int, disabled: bool) -> None:
    st.button(
        label,
        key=f"{_key(key)}-{icon[-6:-1]}",
        icon=icon,
        type="tertiary",
        disabled=disabled,
        on_click=_open_page,
        args=(key, to),
    )


def _open_page(key: str, page: int) -> None:
    st.session_state[_key(key)] = page


def _key(key: str) -> str:
    return f"page-of-{key}"
