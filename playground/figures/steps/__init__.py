"""Figures over the steps of a run."""
