"""Sharing strategies: which tasks share which blocks of the network; one file is one strategy."""
