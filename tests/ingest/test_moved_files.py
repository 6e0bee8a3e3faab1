"""Files that are copied, moved, renamed or listed twice: which document each of them is."""

from __future__ import annotations

import shutil

import pytest

from tests.ingest.shelf import Shelf

RETURNS = """# Returns

## Deadline

Articles can be returned within 30 days. The day of delivery does not count.

## Costs

Sending a parcel back is free. Furniture is collected for 29 euros.
"""
DELIVERY = "# Delivery\n\nParcels arrive within two working days.\n"
SAME_NAME = ("# Terms\n\nIn Spain the deadline is 14 days.\n", "# Terms\n\nIn Japan the deadline is 8 days.\n")


@pytest.mark.parametrize("together", [True, False])
def test_files_of_one_name_in_two_folders_stay_two_documents(shelf: Shelf, together: bool) -> None:
    spain = shelf.write("spain/terms.md", SAME_NAME[0]).parent
    japan = shelf.write("japan/terms.md", SAME_NAME[1]).parent
    for _again in range(2):
        for paths in ((spain, japan),) if together else ((spain,), (japan,)):
            shelf.ingest(*paths)
        assert len(shelf.documents_live()) == 2
        assert len(shelf.texts("deadline")) == 2


def test_overlapping_paths_are_read_once(shelf: Shelf) -> None:
    inner = shelf.write("inner/returns.md", RETURNS).parent
    assert shelf.ingest(shelf.documents, inner).added == 1
    assert shelf.documents_live() == ["inner/returns.md"]
    assert shelf.ingest(inner, shelf.documents).unchanged == 1


def test_a_document_stays_the_same_whichever_folder_above_it_is_ingested(shelf: Shelf) -> None:
    """Else the old version would stay live beside the new one, under another name."""
    folder = shelf.write("eu/returns@2024-01-01.md", "# Returns\n\nThe deadline is 14 days.\n").parent
    shelf.ingest()
    newer = shelf.write("eu/returns@2026-01-01.md", "# Returns\n\nThe deadline is 30 days.\n")
    shelf.ingest(newer)
    assert shelf.texts("deadline") == ["The deadline is 30 days."]
    shelf.write("eu/returns@2026-01-01.md", "# Returns\n\nThe deadline is 31 days.\n")
    shelf.ingest(folder)
    assert shelf.texts("deadline") == ["The deadline is 31 days."]
    assert shelf.documents_live() == ["eu/returns.md"]


def test_a_moved_folder_is_followed_without_embedding_anything(shelf: Shelf) -> None:
    old = shelf.write("old/returns.md", RETURNS).parent
    shelf.write("old/more/delivery.md", DELIVERY)
    shelf.ingest(old)
    new = old.rename(shelf.documents / "new")
    moved = shelf.ingest(new)
    assert (moved.moved, moved.added, moved.embedded, moved.retired) == (2, 0, 0, 0)
    assert shelf.documents_live() == ["more/delivery.md", "returns.md"]
    assert len(shelf.texts()) == 3
    assert shelf.is_tidy()
    assert shelf.ingest(new).unchanged == 2


def test_a_copied_folder_is_not_taken_for_a_moved_one(shelf: Shelf) -> None:
    old = shelf.write("old/returns.md", RETURNS).parent
    shelf.ingest(old)
    shutil.copytree(old, shelf.documents / "copy")
    shelf.ingest(shelf.documents / "copy")
    assert len(shelf.documents_live()) == 2


def test_a_moved_file_that_named_itself_is_not_kept_twice(shelf: Shelf) -> None:
    named = "---\nid: returns-eu\n---\n" + RETURNS
    old = shelf.write("a/x.md", named)
    shelf.ingest(old)
    new = shelf.documents / "b" / "y.md"
    new.parent.mkdir()
    old.rename(new)
    shelf.ingest(new)
    new.unlink()
    shelf.write("b/z.md", DELIVERY)
    shelf.ingest(new.parent)
    assert shelf.documents_live() == ["z.md"]  # the file that was moved away first must not come back
