"""What the scripts of all pictures have in common, and how a script becomes a part of the page."""
