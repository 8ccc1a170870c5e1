"""The Playground: what stands where, and its parts."""
