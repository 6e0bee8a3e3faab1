"""Word, PowerPoint and Excel files, and other tables."""
