"""Figures and tables of the course: what they are, what was recorded for them, and their numbers."""
