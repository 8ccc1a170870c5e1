"""Tests of what anybody would try before a network."""
