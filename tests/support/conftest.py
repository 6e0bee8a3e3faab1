"""The fixtures of the Ollama server, for the tests of this folder."""

from tests.support.ollama.fixtures import (
    ollama_description,
    ollama_scripted,
    ollama_smol,
)

__all__ = ["ollama_description", "ollama_scripted", "ollama_smol"]
