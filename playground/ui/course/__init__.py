"""The Course page: lessons, predictions, a class, a projector."""
