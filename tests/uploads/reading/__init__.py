"""Tests of reading files with care."""
