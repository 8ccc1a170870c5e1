"""A fleet in training as its worker drives it, and what a page asks of the command line in a process of its own."""
