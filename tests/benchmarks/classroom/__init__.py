"""A class of thirty on one server: ``python -m tests.benchmarks.classroom``."""
