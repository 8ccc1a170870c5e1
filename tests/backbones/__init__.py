"""Tests of networks as lists of blocks."""
