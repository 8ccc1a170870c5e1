"""Tests of small worlds in a plane."""
