"""The Data page: look at any suite before it is learned, or bring a table of one's own."""
