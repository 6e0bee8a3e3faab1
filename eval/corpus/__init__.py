"""A generated corpus for benchmarks and tests: support policies in twelve languages and nine formats."""

from eval.corpus.edits import Edits, edit
from eval.corpus.folder import document_number, generate, generated_files
from eval.corpus.page import Page, compose

__all__ = ["Edits", "Page", "compose", "document_number", "edit", "generate", "generated_files"]
