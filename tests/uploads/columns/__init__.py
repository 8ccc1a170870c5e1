"""Tests of what a column is and how its cells are read."""
