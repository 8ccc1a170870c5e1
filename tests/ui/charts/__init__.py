"""Tests of charts on a page."""
