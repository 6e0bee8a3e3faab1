"""The chat page for support agents, and the server that shows it."""
