"""What frames hold: columns, pictures, progress, words."""
