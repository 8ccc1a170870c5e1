"""Where tables are kept, for whom, and who may see them."""
