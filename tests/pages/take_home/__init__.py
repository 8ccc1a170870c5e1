"""Tests of taking things home from the page."""
