"""Tests of tables that people bring."""
