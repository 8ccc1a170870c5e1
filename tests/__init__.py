"""Tests of everything: a room here mirrors a room of `playground/`, and what is of the whole stands beside them."""
