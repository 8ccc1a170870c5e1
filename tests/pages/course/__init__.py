"""Tests of the Course page."""
