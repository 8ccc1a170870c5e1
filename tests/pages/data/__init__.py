"""Tests of the Data page."""
