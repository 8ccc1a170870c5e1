"""Tests of what a training tells of itself."""
