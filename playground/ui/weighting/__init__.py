"""The Weighting page: the race of all methods down a landscape, and the arrow lab."""
