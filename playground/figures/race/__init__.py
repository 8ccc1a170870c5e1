"""A race of many in pictures."""
