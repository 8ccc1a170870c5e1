"""Tests of the form."""
