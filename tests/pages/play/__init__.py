"""Tests of the Playground."""
