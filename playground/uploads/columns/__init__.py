"""What a column is: its values, its kind, and why."""
