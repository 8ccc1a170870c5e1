"""Tests of who watches what, and what is new of it."""
