"""Tests of what the Sharing page is made of."""
