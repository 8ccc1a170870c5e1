"""Tables that people bring: read with care, typed column by column, kept for a while, turned into numbers."""
