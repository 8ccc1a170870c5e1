"""Who watches what, and what is new of it: runs are read once for all, and sent to every browser that shows them."""
