"""The Runs page: rows of one experiment each, results, comparisons."""
