"""What anybody would try before a network: guessing, a linear model, gradient boosting, on the very same examples."""
