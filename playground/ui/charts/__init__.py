"""Charts and drawings that are updated in place."""
