"""Data sets, metrics, suites and benchmarks."""
