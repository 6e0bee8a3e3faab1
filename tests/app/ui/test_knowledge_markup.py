"""What the knowledge page shows of a document is text, whatever stands in it."""

from __future__ import annotations

from app.ui.knowledge.knowledge_markup import text_html


def test_a_document_is_shown_as_it_is_written_and_not_obeyed() -> None:
    html = text_html("Below 1<b kg a parcel is free. <script>alert(1)</script>", "en")
    assert "1&lt;b kg" in html and "<script>" not in html
