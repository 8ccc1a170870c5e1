"""Frames in, pictures out, each with the same in words; nothing here knows of pages or of training."""
