"""Races: many ways to train the same tasks, tuned alike and compared as a statistician would."""
