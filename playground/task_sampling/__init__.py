"""Task sampling: from which tasks each step learns; one file is one schedule."""
