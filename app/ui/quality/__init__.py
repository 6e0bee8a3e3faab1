"""The quality page: evaluation runs over time, models side by side, and whether what is asked has changed."""
