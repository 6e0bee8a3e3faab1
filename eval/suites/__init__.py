"""The evaluation suites, one a file."""
