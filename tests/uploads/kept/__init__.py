"""Tests of the shelf of tables."""
