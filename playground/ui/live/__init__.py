"""Runs that go on: what is known of them at this moment, what moves by itself, and the buttons that steer them."""
