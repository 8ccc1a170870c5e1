"""Tests of what the pages are made of."""
