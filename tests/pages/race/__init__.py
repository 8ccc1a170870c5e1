"""Tests of the Race page."""
