"""Tests of what the Playground is made of."""
