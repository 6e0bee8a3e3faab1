"""Text recognition for scans and pictures."""
