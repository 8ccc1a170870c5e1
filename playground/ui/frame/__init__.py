"""What is around every page: style, language, links."""
