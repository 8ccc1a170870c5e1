"""Figures of the course, one file each."""
