"""An export in the knowledge base: found where its customer is named, embedded once."""

from __future__ import annotations

import shutil

from ingest.ledger.reading import Scope
from tests.ingest.shelf import DAY, Shelf
from tests.ingest.sources.exports import DATA


def test_an_export_taken_again_embeds_nothing_and_is_seen_for_its_customer_alone(shelf: Shelf) -> None:
    folder = shelf.documents / "freshdesk"
    shutil.copytree(DATA / "freshdesk", folder)
    first = shelf.ingest(folder)
    assert (first.added, first.refused) == (2, 2)
    (folder / "Tickets0.json").rename(folder / "Tickets7.json")
    again = shelf.ingest(folder)
    assert (again.unchanged, again.embedded, again.retired) == (2, 0, 0)
    assert shelf.documents_live(Scope(DAY, "agent", "601")) == ["ticket/412"]
    assert shelf.documents_live(Scope(DAY, "agent", "603")) == ["ticket/415"]
    assert shelf.documents_live(Scope(DAY, "agent", None)) == []
    assert shelf.documents_live(Scope(DAY, "all", "601")) == []


def test_an_export_under_another_name_embeds_nothing(shelf: Shelf) -> None:
    (shelf.documents / "june").mkdir()
    shutil.copy(DATA / "jira.csv", shelf.documents / "june" / "jira.csv")
    first = shelf.ingest(shelf.documents / "june" / "jira.csv")
    assert first.added == 2
    (shelf.documents / "june" / "jira.csv").rename(shelf.documents / "june" / "jira-july.csv")
    again = shelf.ingest(shelf.documents / "june" / "jira-july.csv")
    assert again.embedded == 0
    assert shelf.documents_live(Scope(DAY, "agent", "qm:77:jutta")) == ["ticket/PAY-1"]
