"""Runs that ship with the program: made by one command, drawn on first sight."""
