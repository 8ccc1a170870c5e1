"""Tests of weighting methods."""
