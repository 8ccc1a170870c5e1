"""What sharing brought: gains, strategies side by side, and what each learned to share."""
