"""The assistant: settings, retrieval, models, conversations and the agents' pages."""
