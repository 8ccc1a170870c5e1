"""Fleets of runs trained as one tensor program: gradients of each task, Adam, the loop that yields events."""
