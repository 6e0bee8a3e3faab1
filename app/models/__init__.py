"""Language models by name, through LangChain's chat model interface."""
