"""Pages that wait for something look the more seldom, the more of them there are."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import Any

import pytest

from app.ui import pacing
from app.ui.pacing import Pace, drawn_anew


def test_all_pages_together_look_no_more_than_so_often_and_one_alone_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = Pace(least_s=0.5, together=10)
    tabs: list[dict[str, Any]] = [{} for _ in range(100)]

    browser = SimpleNamespace()
    monkeypatch.setattr(pacing, "st", browser)

    def on(tab: dict[str, Any]) -> None:
        browser.session_state = tab

    on(tabs[0])
    assert pace.seconds() == pace.seconds() == 0.5, "a page counts once"
    for tab in tabs[1:]:
        on(tab)
        last = pace.seconds()
    assert last == 10.0

    for tab in tabs[:50]:
        on(tab)
        drawn_anew()  # and nothing on it waits any more
    on(tabs[-1])
    assert pace.seconds() == 5.0

    del tabs[50:-1], tab
    gc.collect()
    assert pace.seconds() == 0.5, "closed pages do not count"
