"""Take it home: a setting as code that needs nothing of this program, as a model, as a report."""
