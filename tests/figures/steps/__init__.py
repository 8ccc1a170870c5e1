"""Tests of pictures of what happened over the steps."""
