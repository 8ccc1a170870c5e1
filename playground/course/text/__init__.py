"""Lessons as data: read from Markdown, with terms, papers and numbers filled in."""
