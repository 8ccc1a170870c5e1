"""Networks as lists of blocks: what a suite's inputs go through before the heads; one file is one backbone."""
