"""A server that speaks Ollama's protocol, with a scripted or a real small model behind it."""

from tests.support.ollama.scripted import Fault, Reply, ScriptedBackend, echo
from tests.support.ollama.server import OllamaServer
from tests.support.ollama.smol import SmolBackend

__all__ = ["Fault", "OllamaServer", "Reply", "ScriptedBackend", "SmolBackend", "echo"]
