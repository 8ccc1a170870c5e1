"""The Race page: its state, its form, and what it shows."""
