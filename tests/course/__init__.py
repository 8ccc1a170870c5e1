"""Tests of the lecture as lessons."""
