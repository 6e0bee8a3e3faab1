"""LoRA adapters: looked at without loading them, held against their base, and made into a model of Ollama."""
