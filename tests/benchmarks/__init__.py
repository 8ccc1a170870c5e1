"""How fast things are, measured by hand, and tests that the measuring itself runs."""
