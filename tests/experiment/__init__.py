"""Tests of an experiment as one value."""
