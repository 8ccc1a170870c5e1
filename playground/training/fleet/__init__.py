"""One tensor program for many runs: its data, its network, its gradients and its steps."""
