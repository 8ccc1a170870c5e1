"""Tests of recorded runs."""
