"""Where pages and workers meet: runs to do, what was recorded of them, and who comes next."""
