"""Tests of what came out of runs."""
