"""Pages to look something up: methods and strategies, terms."""
