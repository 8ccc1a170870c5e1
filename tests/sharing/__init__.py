"""Tests of sharing strategies."""
