"""The name under which somebody works: kept from page to page, however quickly they go."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts.visitor import LOCAL
from app.ui import own_name
from tests.app.ui.pages import LONGEST_S


@pytest.fixture(autouse=True)
def nobody_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_name, "present", lambda: LOCAL)


def desk() -> None:
    """Two pages with a field each, and one whose run ends early, as by a click on a page that is half drawn."""
    import streamlit as st

    from app.ui.own_name import own_name, remember_name, show_name_field

    page = st.session_state.setdefault("page", "list")
    if page == "list":
        remember_name(show_name_field("Name", "list-name"))
    elif page == "item":
        with st.form("item"):
            typed = show_name_field("Name", "item-name")
            if st.form_submit_button("Sign"):
                remember_name(typed)
    elif page == "draft":
        typed = show_name_field("Name", "draft-name")
        st.button("Look again")
        if st.button("Send"):
            remember_name(typed)
    else:
        remember_name("Ana Lima")
        st.session_state["page"] = "list"
        st.rerun()
    st.text(f"It is {own_name()}.")


def go(test: AppTest, page: str) -> AppTest:
    test.session_state["page"] = page
    return test.run()


def says(test: AppTest, name: str) -> bool:
    assert not test.exception
    return [each.value for each in test.text] == [f"It is {name}."] and test.text_input[0].value == name


def test_a_name_given_on_one_page_is_not_forgotten_on_another_that_was_left_before_it_was_whole() -> None:
    test = AppTest.from_function(desk, default_timeout=LONGEST_S).run()
    assert says(test, "")
    assert says(go(test, "left early"), "Ana Lima")


def test_a_name_that_was_typed_stays_until_it_is_used() -> None:
    test = go(AppTest.from_function(desk, default_timeout=LONGEST_S), "draft")
    test.text_input[0].input("Ana Lima").run()
    test.button[0].click().run()
    assert test.text_input[0].value == "Ana Lima"
    assert says(test.button[1].click().run(), "Ana Lima")


def test_a_field_can_be_changed_and_emptied_and_the_others_follow() -> None:
    test = AppTest.from_function(desk, default_timeout=LONGEST_S).run()
    for name, other in (("Ana Lima", "Bo Li"), ("Cy", "")):
        test.text_input[0].input(name).run()
        assert says(test, name)
        assert says(go(test, "item"), name)
        test.text_input[0].input(other)
        assert says(test.button[0].click().run(), other)
        assert says(go(test, "list"), other)
