"""Tests of the JavaScript of the pages, wherever it lies: each script alone in a browser."""
