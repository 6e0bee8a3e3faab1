"""Runs of the suites, kept with everything that is needed to repeat them."""
