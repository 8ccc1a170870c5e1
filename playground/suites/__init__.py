"""Suites: data with tasks, splits, seeds and missing labels; one file is one suite."""
