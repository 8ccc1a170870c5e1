"""What the tests do not notice: single changes to the source, and whether a test fails for each of them."""
