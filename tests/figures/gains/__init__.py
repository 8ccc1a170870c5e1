"""Tests of pictures of gains."""
