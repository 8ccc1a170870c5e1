"""An experiment as a script or notebook that needs nothing of this program."""
