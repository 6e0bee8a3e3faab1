"""A document is prepared, or left out with a reason; never does it keep others out."""

from __future__ import annotations

from typing import cast
from unittest.mock import Mock

import pytest

from ingest.documents import SourceItem
from ingest.errors import DocumentError
from ingest.plan import Work
from ingest.preparing import Prepared, PreparedAhead, Preparer
from tests.ingest.shelf import Shelf


def test_a_text_that_makes_polydesk_itself_fail_keeps_no_other_out(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def country_shares(text: str, title: str, language: str) -> dict[str, float]:
        return {"DE": 1.0 / (title != "odd")}

    monkeypatch.setattr("ingest.reading.country_shares", country_shares)
    shelf.write("odd.md", "---\ntitle: odd\n---\nLamps go back within thirty days.")
    shelf.write("good.md", "Parcels arrive within two days.")
    (finding,) = shelf.ingest().findings
    assert (finding.item, finding.code) == ("odd.md", "crashed")
    assert "odd.md" in finding.message and "ZeroDivisionError" in finding.message and "\n" not in finding.message
    assert shelf.documents_live() == ["good.md"]


def test_what_was_begun_is_prepared_once_and_the_rest_when_it_is_asked_for() -> None:
    prepared: list[str] = []

    class Preparing:
        def prepare(self, work: Work) -> Prepared:
            prepared.append(work.item.uri)
            if work.item.uri == "bad":
                raise DocumentError("empty", "bad: no words were found in it")
            return Prepared(work, Mock(), ())

    works = [Work("add", Mock(), SourceItem(uri, uri, ""), None) for uri in ("a", "bad", "later")]
    ahead = PreparedAhead(cast("Preparer", Preparing()), works[:2])
    assert ahead.prepare(works[2]).work == works[2]
    assert ahead.prepare(works[0]).work == works[0]
    with pytest.raises(DocumentError):
        ahead.prepare(works[1])
    assert sorted(prepared) == ["a", "bad", "later"]
