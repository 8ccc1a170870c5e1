"""Tables of the course, one file each."""
