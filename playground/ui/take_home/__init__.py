"""What a visitor may take along."""
