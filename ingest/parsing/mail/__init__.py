"""Mail as files: EML and MSG."""
