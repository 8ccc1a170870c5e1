"""What a model does, shown on the probe of its suite; a view is a function, or a file named like it."""
