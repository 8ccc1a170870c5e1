"""Tests of the tables of the database, and of how they are opened."""
