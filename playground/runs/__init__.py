"""Runs and what came out of them: the store, the workers, histories, comparison with baselines, training without a page."""
