"""What is looked at between two steps, and what is told of it."""
