"""Tests of what numbers mean."""
