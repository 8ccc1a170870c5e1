"""Tests of what is taken home."""
