"""Kinds of tasks: what its head, its loss and its metric are; one file is one kind."""
