"""Tests of kinds of tasks."""
