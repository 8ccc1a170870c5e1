"""Tests of pictures of data and of what a model does."""
