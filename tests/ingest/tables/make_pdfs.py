"""Print the PDF fixtures anew with a Chromium of this machine: ``python -m tests.ingest.tables.make_pdfs``."""

from __future__ import annotations

import shutil

from playwright.sync_api import sync_playwright

from tests.ingest.tables.grids import FOLDER, LONG, grids
from tests.ingest.tables.web import html_page, html_table

_BASE = "body{font:11pt sans-serif} caption{text-align:left} td,th{padding:3pt 8pt;text-align:start;vertical-align:top}"
STYLES = {
    "ruled": "table{border-collapse:collapse} td,th{border:1px solid #333}",
    "lines": "table{border-collapse:collapse;width:100%} tr{border-bottom:1px solid #999}",
    "plain": "table{border-spacing:14pt 2pt}",
    "centred": "table{border-spacing:14pt 2pt} th{text-align:center}",
    "shaded": "table{border-collapse:collapse} thead th{background:#234;color:white} "
    "tbody tr:nth-child(odd){background:#eee}",
}
FIXTURES = {
    "ruled": ("shipping", "warranty", "retours", "grouped", "limits"),
    "ruled-scripts": ("rusum", "haisou", "thai", "hindi"),
    "lines": ("shipping", "years", "evidence", "thai"),
    "plain": ("years", "hindi", "haisou", "facts"),
    "centred": ("shipping", "limits", "haisou"),
    "shaded": ("warranty", "limits", "thai"),
    "long-ruled": (LONG,),
    "long-lines": (LONG,),
}
"""Fixture to the tables on it; the style is the last word of ``STYLES`` in its name."""


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        for name, tables in FIXTURES.items():
            style = _BASE + next(css for style, css in STYLES.items() if style in name)
            page.set_content(html_page("House rules", (html_table(grids()[table]) for table in tables), style))
            page.pdf(path=FOLDER / "data" / f"{name}.pdf", format="A4", margin={"top": "18mm", "bottom": "18mm"})
        browser.close()


if __name__ == "__main__":
    main()
