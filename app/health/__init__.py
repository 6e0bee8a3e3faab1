"""Whether the page lives and can answer, for whoever starts, watches and replaces its process."""
