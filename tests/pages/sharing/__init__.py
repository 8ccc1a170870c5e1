"""Tests of the Sharing page."""
