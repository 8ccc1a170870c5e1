"""What numbers mean: differences with their intervals, the words for them, the best of many, and how columns go together."""
