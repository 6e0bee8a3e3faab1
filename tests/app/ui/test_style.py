"""The colours can be read (WCAG 2.2 AA: contrast of at least 4.5 to 1), and the theme reaches Streamlit."""

from __future__ import annotations

import re

import pytest

from app.ui.style import document_html, style_html, theme_flags

PAIRS = [
    ("ink", "paper"), ("ink", "tint"), ("ink", "accent-tint"), ("quiet", "paper"), ("quiet", "tint"),
    ("accent", "paper"), ("accent", "accent-tint"), ("on-accent", "accent"), ("on-mark", "mark"),
    ("amber", "paper"), ("amber", "amber-tint"), ("ink", "amber-tint"), ("plum", "plum-tint"),
    ("ink", "plum-tint"), ("red", "red-tint"), ("ink", "tint-side"), ("quiet", "tint-side"),
]  # fmt: skip


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(text: str, ground: str, scheme: int) -> None:
    found = re.findall(r"--pd-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", style_html())
    colours = {name: (light, dark)[scheme] for name, light, dark in found}
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_the_theme_is_passed_as_flags_for_both_schemes() -> None:
    flags = theme_flags()
    assert "--theme.light.primaryColor=#0e6b6b" in flags
    assert "--theme.dark.sidebar.backgroundColor=#141e1c" in flags
    assert all(re.fullmatch(r"--theme\.[\w.]+=.+", flag) for flag in flags)


def test_nothing_of_the_look_is_fetched_from_elsewhere() -> None:
    assert not re.search(r"https?:|@import|url\(", style_html())
    assert not any("http" in flag for flag in theme_flags())


def test_a_language_from_right_to_left_gets_a_sheet_on_top_and_the_document_says_so() -> None:
    assert '[data-testid="stSidebar"]' in style_html("rtl").removeprefix(style_html().removesuffix("</style>"))
    assert style_html("rtl").startswith(style_html().removesuffix("</style>"))
    assert "documentElement.dir = 'rtl'" in document_html("ar", "rtl")
    with pytest.raises(ValueError, match="no language"):
        document_html("en'; alert(1); '", "ltr")
